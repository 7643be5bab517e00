import type { ModeDto, RangeDto } from "./dto.ts";

export interface ListFilter {
  readonly endpoint?: string;
}

/** One place for cache keys, so that an invalidation cannot miss by a typo. */
export const queryKeys = {
  me: ["me"] as const,
  endpoints: ["endpoints"] as const,
  endpoint: (id: string) => ["endpoint", id] as const,
  priceCheck: (draft: string) => ["price-check", draft] as const,
  prices: (id: string) => ["endpoint", id, "prices"] as const,
  overview: (input: { range: RangeDto; mode: ModeDto; endpoint?: string }) => ["overview", input] as const,
  payments: (filter: ListFilter) => ["payments", filter] as const,
  payment: (id: string) => ["payment", id] as const,
  receipts: (filter: ListFilter) => ["receipts", filter] as const,
  receipt: (id: string) => ["receipt", id] as const,
  apiKeys: ["api-keys"] as const,
};
