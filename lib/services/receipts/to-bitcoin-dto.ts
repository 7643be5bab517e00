import type { BitcoinDto } from "../../query/bitcoin-dto.ts";
import { toRecord } from "../to-record.ts";

/** What moved, where it was Bitcoin, out of a receipt's own columns. Receipts of before rates were written down have none. */
export function toBitcoinDto(settled: unknown, rate: unknown): BitcoinDto | null {
  const { asset, unit, amount } = toRecord(settled);
  if (asset !== "BTC" || unit !== "msat" || typeof amount !== "string" || !/^\d+$/.test(amount)) return null;
  const { msatPerUsd, asOf } = toRecord(rate);
  if (typeof msatPerUsd !== "string" || typeof asOf !== "number") return { msat: amount, rate: null };
  return { msat: amount, rate: { msatPerUsd, asOf } };
}
