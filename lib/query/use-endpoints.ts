"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { EndpointDto, EndpointInput, PriceChangeDto } from "./dto.ts";
import { isKnown, type ModeFilter } from "./mode.ts";
import { queryKeys } from "./query-keys.ts";
import { type PageList, usePageList } from "./use-page-list.ts";

/** Of both modes unless the filter names one. */
export function useEndpoints(filter: ModeFilter = {}): PageList<EndpointDto> {
  return usePageList({
    key: queryKeys.endpointList(filter),
    path: "/endpoints",
    filter: { ...filter },
    enabled: isKnown(filter),
  });
}

export function useEndpoint(id: string) {
  return useQuery({
    queryKey: queryKeys.endpoint(id),
    queryFn: ({ signal }) => api.get<EndpointDto>(`/endpoints/${encodeURIComponent(id)}`, signal),
  });
}

export function usePriceHistory(id: string): PageList<PriceChangeDto> {
  return usePageList({ key: queryKeys.prices(id), path: `/endpoints/${encodeURIComponent(id)}/prices` });
}

export function useCreateEndpoint() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: EndpointInput) => api.post<EndpointDto>("/endpoints", input),
    onSuccess: async (endpoint) => {
      client.setQueryData(queryKeys.endpoint(endpoint.id), endpoint);
      await client.invalidateQueries({ queryKey: queryKeys.endpoints });
    },
  });
}

export function useUpdateEndpoint(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Partial<EndpointInput>) =>
      api.patch<EndpointDto>(`/endpoints/${encodeURIComponent(id)}`, input),
    onSuccess: async (endpoint) => {
      client.setQueryData(queryKeys.endpoint(id), endpoint);
      await Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.endpoints }),
        client.invalidateQueries({ queryKey: queryKeys.prices(id) }),
      ]);
    },
  });
}
