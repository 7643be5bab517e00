"use client";
import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "./api-client.ts";
import type { ModeDto, OverviewDto, RangeDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";

/** Numbers of a span; those of the span shown before stay until the new ones are there. */
export function useOverview(input: { range: RangeDto; mode: ModeDto | undefined; endpoint?: string }) {
  return useQuery<OverviewDto>({
    queryKey: queryKeys.overview(input),
    queryFn: ({ signal }) => api.get<OverviewDto>(withQuery("/overview", { ...input }), signal),
    // The other mode's numbers would be another money's.
    placeholderData: (before: OverviewDto | undefined) => (before?.mode === input.mode ? before : undefined),
    enabled: input.mode !== undefined,
    refetchInterval: 30_000,
  });
}
