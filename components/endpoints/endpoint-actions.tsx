"use client";
import { Archive, ArchiveRestore, Pause, Play } from "lucide-react";
import { useState } from "react";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { ModeActions } from "./mode-actions.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { type StatusVerb, useEndpointStatus } from "@/lib/query/use-endpoint-status.ts";

const opposite = { pause: "resume", resume: "pause", archive: "restore", restore: undefined } as const;

const said: Readonly<Record<StatusVerb, string>> = {
  pause: "is paused: payers get 503.",
  resume: "is active again.",
  archive: "is archived: its link answers 410.",
  restore: "is back, paused. Resume it to sell again.",
};

/** Pause, resume and restore with Undo; archive asks for the slug first, because its link stops for everybody. */
export function EndpointActions({ endpoint }: { readonly endpoint: EndpointDto }) {
  const status = useEndpointStatus(endpoint.id);
  const toast = useToast();
  const [archiving, setArchiving] = useState(false);

  const run = (verb: StatusVerb, options: { slug?: string; isUndo?: boolean } = {}): void => {
    const back = options.isUndo ? undefined : opposite[verb];
    status.mutate(
      { verb, ...(options.slug === undefined ? {} : { slug: options.slug }) },
      {
        onSuccess: () => {
          setArchiving(false);
          toast({
            text: `${endpoint.title} ${said[verb]}`,
            ...(back ? { undo: () => run(back, { isUndo: true }) } : {}),
          });
        },
        onError: (error) => verb !== "archive" && toast({ text: error.message, tone: "bad" }),
      },
    );
  };
  if (endpoint.status === "archived") {
    return (
      <Button onClick={() => run("restore")} busy={status.isPending}>
        <ArchiveRestore aria-hidden />
        Restore
      </Button>
    );
  }
  return (
    <>
      <ModeActions endpoint={endpoint} />
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
        onConfirm={(slug) => run("archive", { slug })}
      />
    </>
  );
}
