"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, withQuery } from "./api-client.ts";
import type { ModeDto, OverviewDto, RangeDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";

/** Numbers of a span; those of the span shown before stay until the new ones are there. */
export function useOverview(input: { range: RangeDto; mode: ModeDto; endpoint?: string }) {
  return useQuery({
    queryKey: queryKeys.overview(input),
    queryFn: ({ signal }) => api.get<OverviewDto>(withQuery("/overview", { ...input }), signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}
