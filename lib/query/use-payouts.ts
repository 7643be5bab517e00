"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api-client.ts";
import type {
  LightningCheckDto,
  LightningConnectionInput,
  LightningPayoutInput,
  PayoutInput,
  PayoutInspectionDto,
  PayoutsDto,
} from "./payout-dto.ts";
import { looksSecret } from "./payout-form.ts";
import { queryKeys } from "./query-keys.ts";
import { useSettled } from "./use-settled.ts";

const PAUSE_MS = 350;

/** Where LIVE money can go and does go. */
export function usePayouts() {
  return useQuery({
    queryKey: queryKeys.payouts,
    queryFn: ({ signal }) => api.get<PayoutsDto>("/payouts", signal),
  });
}

/** Looks at what is typed, once it is still. What looks like a secret stays in the browser. */
export function usePayoutInspection(typed: string) {
  const address = useSettled(typed.trim(), PAUSE_MS);
  const isAsked = address !== "" && !looksSecret(address);
  const query = useQuery({
    queryKey: queryKeys.payoutInspection(address),
    queryFn: () => api.post<PayoutInspectionDto>("/payouts/stablecoin/inspect", { address }),
    enabled: isAsked,
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });
  // What was found about the text before says nothing about this one.
  const isCurrent = address === typed.trim();
  return {
    found: isCurrent ? query.data : undefined,
    error: isCurrent && isAsked ? query.error : null,
    isLooking: typed.trim() !== "" && !looksSecret(typed.trim()) && (!isCurrent || query.isFetching),
    again: () => void query.refetch(),
  };
}

export function useConnectPayout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: PayoutInput) => api.put<PayoutsDto>("/payouts/stablecoin", input),
    onSuccess: (payouts) => client.setQueryData(queryKeys.payouts, payouts),
  });
}

/** Has a node make an invoice and read it. */
export function useLightningCheck() {
  return useMutation({
    mutationFn: (connection: LightningConnectionInput) =>
      api.post<LightningCheckDto>("/payouts/lightning/check", { connection }),
  });
}

export function useConnectLightning() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: LightningPayoutInput) => api.put<PayoutsDto>("/payouts/lightning", input),
    onSuccess: (payouts) => client.setQueryData(queryKeys.payouts, payouts),
  });
}

export function useDisconnectPayout(rail: "stablecoin" | "lightning") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<undefined>(`/payouts/${rail}`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.payouts }),
  });
}
