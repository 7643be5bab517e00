"use client";
import { useMutation } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { InspectionDto } from "./dto.ts";

/** Lets the server look at a URL; changes nothing. */
export function useInspect() {
  return useMutation({ mutationFn: (url: string) => api.post<InspectionDto>("/inspect", { url }) });
}
