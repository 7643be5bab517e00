"use client";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { ReceiptDetailDto, ReceiptDto } from "./dto.ts";
import { isKnown } from "./mode.ts";
import { type ListFilter, queryKeys } from "./query-keys.ts";
import { type PageList, usePageList } from "./use-page-list.ts";

export function useReceipts(filter: ListFilter = {}): PageList<ReceiptDto> {
  return usePageList({
    key: queryKeys.receipts(filter),
    path: "/receipts",
    filter: { ...filter },
    enabled: isKnown(filter),
  });
}

/** Readable by anybody who holds the id. */
export function useReceipt(id: string) {
  return useQuery({
    queryKey: queryKeys.receipt(id),
    queryFn: ({ signal }) => api.get<ReceiptDetailDto>(`/receipts/${encodeURIComponent(id)}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
