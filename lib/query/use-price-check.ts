"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type { PriceCheckDraft, PriceCheckDto } from "./dto.ts";
import { queryKeys } from "./query-keys.ts";
import { useSettled } from "./use-settled.ts";

const PAUSE_MS = 250;

/**
 * Asks what a request would cost at prices that are not saved yet, as one types. `undefined`: there is nothing that could
 * be asked about.
 */
export function usePriceCheck(draft: PriceCheckDraft | undefined) {
  // By its text: a draft is made anew with each keystroke elsewhere in the form.
  const text = useSettled(draft === undefined ? "" : JSON.stringify(draft), PAUSE_MS);
  return useQuery({
    queryKey: queryKeys.priceCheck(text),
    queryFn: () => api.post<PriceCheckDto>("/endpoints/price-check", JSON.parse(text)),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
}
