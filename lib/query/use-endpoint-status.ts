"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { EndpointDto, EndpointStatusDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";

export type StatusVerb = "pause" | "resume" | "archive" | "restore";

const results: Readonly<Record<StatusVerb, EndpointStatusDto>> = {
  pause: "paused",
  resume: "active",
  archive: "archived",
  // What was archived sells again only when its creator resumes it.
  restore: "paused",
};

/** Pause, resume, archive, restore: shown at once, rolled back when the server refuses. */
export function useEndpointStatus(id: string) {
  const client = useQueryClient();
  const key = queryKeys.endpoint(id);
  return useMutation({
    mutationFn: (input: { readonly verb: StatusVerb; readonly slug?: string }) =>
      api.post<EndpointDto>(
        `/endpoints/${encodeURIComponent(id)}/${input.verb}`,
        input.slug === undefined ? {} : { slug: input.slug },
      ),
    onMutate: async ({ verb }) => {
      await client.cancelQueries({ queryKey: key });
      const previous = client.getQueryData<EndpointDto>(key);
      if (previous) client.setQueryData(key, { ...previous, status: results[verb] });
      return { previous };
    },
    onError: (_error, _input, context) => {
      if (context?.previous) client.setQueryData(key, context.previous);
    },
    onSuccess: (endpoint) => client.setQueryData(key, endpoint),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.endpoints }),
  });
}
