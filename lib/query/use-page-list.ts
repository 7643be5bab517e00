"use client";
import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { api, withQuery } from "./api-client.ts";
import type { PageDto } from "./dto.ts";

const PAGE_SIZE = 25;

export interface PageList<T> {
  readonly items: readonly T[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** A list behind keyset paging; `loadMore` appends the next page. */
export function usePageList<T>(input: {
  readonly key: QueryKey;
  readonly path: string;
  readonly filter?: Readonly<Record<string, string | undefined>>;
  readonly pageSize?: number;
  readonly refetchInterval?: number | false;
  /** False: what to ask for is not known yet; the list is pending. */
  readonly enabled?: boolean;
}): PageList<T> {
  const query = useInfiniteQuery({
    queryKey: input.key,
    queryFn: ({ pageParam, signal }) =>
      api.get<PageDto<T>>(
        withQuery(input.path, { ...input.filter, limit: input.pageSize ?? PAGE_SIZE, cursor: pageParam }),
        signal,
      ),
    initialPageParam: startOfList(),
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: input.refetchInterval ?? false,
    enabled: input.enabled ?? true,
  });
  return {
    items: query.data?.pages.flatMap((page) => page.items) ?? [],
    isPending: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

function startOfList(): string | null {
  return null;
}
