"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { EndpointDto, ModeDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";

/** LIVE, or back to TEST. Not shown before the server agreed: whether money is real is nothing to be optimistic about. */
export function useEndpointMode(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mode: ModeDto) =>
      api.post<EndpointDto>(`/endpoints/${encodeURIComponent(id)}/mode`, { mode }),
    onSuccess: (endpoint) => client.setQueryData(queryKeys.endpoint(id), endpoint),
    onSettled: () =>
      Promise.all(
        [queryKeys.endpoints, queryKeys.me, queryKeys.payouts].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
