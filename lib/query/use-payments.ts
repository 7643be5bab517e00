"use client";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { PaymentDetailDto, PaymentDto } from "./dto.ts";
import { type ListFilter, queryKeys } from "./query-keys.ts";
import { type PageList, usePageList } from "./use-page-list.ts";

/** @param options.live Asks again every two seconds, for a page that waits for a payment. */
export function usePayments(
  filter: ListFilter = {},
  options: { live?: boolean; pageSize?: number } = {},
): PageList<PaymentDto> {
  return usePageList({
    key: queryKeys.payments(filter),
    path: "/payments",
    filter: { ...filter },
    refetchInterval: options.live ? 2000 : 15_000,
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
  });
}

export function usePayment(id: string) {
  return useQuery({
    queryKey: queryKeys.payment(id),
    queryFn: ({ signal }) => api.get<PaymentDetailDto>(`/payments/${encodeURIComponent(id)}`, signal),
  });
}
