import type { RangeDto } from "../../query/dto.ts";

const hour = 3_600_000;

const shapes: Readonly<Record<RangeDto, { readonly count: number; readonly ms: number }>> = {
  "24h": { count: 24, ms: hour },
  "7d": { count: 28, ms: 6 * hour },
  "30d": { count: 30, ms: 24 * hour },
  "90d": { count: 90, ms: 24 * hour },
};

/** A range in buckets of whole hours (UTC), which rollups can be added up to without a remainder. */
export interface Buckets {
  readonly ms: number;
  /** Starts, oldest first; the last one holds now. */
  readonly starts: readonly number[];
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Start of the span of the same length before. */
  readonly previousFrom: number;
}

/** @param now milliseconds */
export function planBuckets(range: RangeDto, now: number): Buckets {
  const { count, ms } = shapes[range];
  const to = (Math.floor(now / ms) + 1) * ms;
  const from = to - count * ms;
  return {
    ms,
    starts: Array.from({ length: count }, (_, index) => from + index * ms),
    from,
    to,
    previousFrom: from - count * ms,
  };
}
