import type { PriceJson } from "@x402-paywall/core";
import { describePriceJson } from "@/lib/query/describe-price-form.ts";
import { formatSat } from "@/lib/query/format.ts";

/** A price in words; satoshi beside a flat one where the rate is known. */
export function PriceText({
  value,
  msatPerUsd,
  className = "",
}: {
  readonly value: PriceJson;
  readonly msatPerUsd?: string | undefined;
  readonly className?: string;
}) {
  const sat = value.model === "per-request" ? formatSat(value.amount, msatPerUsd) : undefined;
  return (
    <span className={`tabular ${className}`}>
      {describePriceJson(value)}
      {sat !== undefined && <span className="ml-1.5 text-sm whitespace-nowrap text-faint">≈ {sat}</span>}
    </span>
  );
}
