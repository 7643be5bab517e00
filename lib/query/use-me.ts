"use client";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { MeDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";

/** Who is signed in, the workspace, and the instance's rate and content origin. */
export function useMe() {
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: ({ signal }) => api.get<MeDto>("/me", signal),
    staleTime: 60_000,
  });
}
