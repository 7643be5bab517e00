"use client";
import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { ApiKeyCreatedDto, ApiKeyDto, PageDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";
import { type PageList, usePageList } from "./use-page-list.ts";

export function useApiKeys(): PageList<ApiKeyDto> {
  return usePageList({ key: queryKeys.apiKeys, path: "/api-keys" });
}

export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.post<ApiKeyCreatedDto>("/api-keys", { name }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  });
}

type KeyPages = InfiniteData<PageDto<ApiKeyDto>>;

/** Removes the row from a list that is already shown. */
export function withoutKey(data: KeyPages | undefined, id: string): KeyPages | undefined {
  return (
    data && {
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.filter((key) => key.id !== id) })),
    }
  );
}

/** The row goes at once and comes back when the server refuses. */
export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/api-keys/${encodeURIComponent(id)}`),
    onMutate: async (id) => {
      await client.cancelQueries({ queryKey: queryKeys.apiKeys });
      const previous = client.getQueryData<KeyPages>(queryKeys.apiKeys);
      client.setQueryData<KeyPages>(queryKeys.apiKeys, (data) => withoutKey(data, id));
      return { previous };
    },
    onError: (_error, _id, context) => client.setQueryData(queryKeys.apiKeys, context?.previous),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  });
}
