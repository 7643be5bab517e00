import type { ModeDto, RangeDto } from "./dto.ts";

export interface ListFilter {
  readonly endpoint?: string;
  readonly mode?: ModeDto | undefined;
}

/** One place for cache keys, so that an invalidation cannot miss by a typo. */
export const queryKeys = {
  me: ["me"] as const,
  /** Of every list of them. */
  endpoints: ["endpoints"] as const,
  endpointList: (filter: ListFilter) => ["endpoints", filter] as const,
  endpoint: (id: string) => ["endpoint", id] as const,
  priceCheck: (draft: string) => ["price-check", draft] as const,
  prices: (id: string) => ["endpoint", id, "prices"] as const,
  overview: (input: { range: RangeDto; mode: ModeDto | undefined; endpoint?: string }) =>
    ["overview", input] as const,
  payments: (filter: ListFilter) => ["payments", filter] as const,
  payment: (id: string) => ["payment", id] as const,
  receipts: (filter: ListFilter) => ["receipts", filter] as const,
  receipt: (id: string) => ["receipt", id] as const,
  payouts: ["payouts"] as const,
  payoutInspection: (address: string) => ["payout-inspection", address] as const,
  apiKeys: ["api-keys"] as const,
};
