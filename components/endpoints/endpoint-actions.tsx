"use client";
import { Archive, Pause, Play } from "lucide-react";
import { useState } from "react";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { type StatusVerb, useEndpointStatus } from "@/lib/query/use-endpoint-status.ts";

/** Pause and resume with Undo; archive asks for the slug, because links stop for good. */
export function EndpointActions({ endpoint }: { readonly endpoint: EndpointDto }) {
  const status = useEndpointStatus(endpoint.id);
  const toast = useToast();
  const [archiving, setArchiving] = useState(false);

  const run = (verb: Exclude<StatusVerb, "archive">, isUndo = false): void => {
    const opposite = verb === "pause" ? "resume" : "pause";
    status.mutate(
      { verb },
      {
        onSuccess: () =>
          toast({
            text:
              verb === "pause"
                ? `${endpoint.title} is paused: payers get 503.`
                : `${endpoint.title} is live again.`,
            ...(isUndo ? {} : { undo: () => run(opposite, true) }),
          }),
        onError: (error) => toast({ text: error.message, tone: "bad" }),
      },
    );
  };
  if (endpoint.status === "archived") return null;
  return (
    <>
      {endpoint.status === "active" ? (
        <Button onClick={() => run("pause")} busy={status.isPending}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : (
        <Button variant="primary" onClick={() => run("resume")} busy={status.isPending}>
          <Play aria-hidden />
          Resume
        </Button>
      )}
      <Button variant="quiet" onClick={() => setArchiving(true)}>
        <Archive aria-hidden />
        Archive
      </Button>
      <ArchiveDialog
        endpoint={endpoint}
        open={archiving}
        busy={status.isPending}
        error={status.error}
        onOpenChange={setArchiving}
        onConfirm={(slug) =>
          status.mutate(
            { verb: "archive", slug },
            {
              onSuccess: () => {
                setArchiving(false);
                toast({ text: `${endpoint.title} is archived.` });
              },
            },
          )
        }
      />
    </>
  );
}
