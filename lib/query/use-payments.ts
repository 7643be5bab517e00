"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { PaymentDetailDto, PaymentDto, RefundDto, RefundInputDto } from "./dto.ts";
import { isKnown } from "./mode.ts";
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
    enabled: isKnown(filter),
    refetchInterval: options.live ? 2000 : 15_000,
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
  });
}

export function usePayment(id: string) {
  return useQuery({
    queryKey: queryKeys.payment(id),
    queryFn: ({ signal }) => api.get<PaymentDetailDto>(`/payments/${encodeURIComponent(id)}`, signal),
    // A refund that is on its way ends without anybody's doing.
    refetchInterval: ({ state }) => (state.data?.refunds.some(isOpen) ? 3_000 : false),
  });
}

/** On its way back, or not known yet. */
function isOpen({ state }: RefundDto): boolean {
  return state === "pending" || state === "unknown";
}

interface RefundRequest extends RefundInputDto {
  /** The same for each try of one intention, so that a lost answer never pays twice. */
  readonly idempotencyKey: string;
}

export function useRefund(paymentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ idempotencyKey, ...input }: RefundRequest) =>
      api.post<RefundDto>(`/payments/${encodeURIComponent(paymentId)}/refunds`, input, {
        "idempotency-key": idempotencyKey,
      }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.payment(paymentId) }),
        client.invalidateQueries({ queryKey: ["payments"] }),
        client.invalidateQueries({ queryKey: ["overview"] }),
      ]),
  });
}
