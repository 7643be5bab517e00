import { formatAmount, formatSat } from "@/lib/query/format.ts";

/** Dollars with all their digits; satoshi below where the rate is known. */
export function Amount({
  value,
  msatPerUsd,
  className = "",
}: {
  readonly value: string;
  readonly msatPerUsd?: string | undefined;
  readonly className?: string;
}) {
  const sat = formatSat(value, msatPerUsd);
  return (
    <span className={`tabular whitespace-nowrap ${className}`}>
      {formatAmount(value)}
      {sat !== undefined && <span className="ml-1.5 text-sm text-faint">≈ {sat}</span>}
    </span>
  );
}
