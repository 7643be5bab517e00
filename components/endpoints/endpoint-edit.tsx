"use client";
import { useMemo } from "react";
import { EndpointFormView } from "./endpoint-form-view.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { EndpointDto, EndpointInput } from "@/lib/query/dto.ts";
import { changedInput, formFromEndpoint, parseEndpointForm } from "@/lib/query/endpoint-form.ts";
import { useUpdateEndpoint } from "@/lib/query/use-endpoints.ts";
import { SoldAsContext } from "@/lib/query/use-sat-rate.ts";

export function EndpointEdit({ endpoint }: { readonly endpoint: EndpointDto }) {
  const update = useUpdateEndpoint(endpoint.id);
  const toast = useToast();
  const initial = useMemo(() => formFromEndpoint(endpoint), [endpoint]);
  if (endpoint.status === "archived") {
    return <Notice tone="neutral">This endpoint is archived. Restore it to change it.</Notice>;
  }
  const save = (input: EndpointInput): void => {
    const before = parseEndpointForm(initial);
    const change = before.ok ? changedInput(before.input, input) : input;
    if (Object.keys(change).length === 0) {
      toast({ text: "Nothing was changed." });
      return;
    }
    update.mutate(change, {
      onSuccess: () => toast({ text: "Saved. Quotes that are out keep their price until they expire." }),
    });
  };
  return (
    <div className="max-w-4xl">
      <SoldAsContext value={endpoint}>
        <EndpointFormView
          initial={initial}
          submitLabel="Save changes"
          busy={update.isPending}
          error={update.error}
          onSubmit={save}
        />
      </SoldAsContext>
    </div>
  );
}
