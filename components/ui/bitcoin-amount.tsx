import { describeRate, formatSats } from "@x402-paywall/core";
import type { BitcoinDto } from "@/lib/query/bitcoin-dto.ts";

/** What moved in Bitcoin, and below it the rate that its payer was told. */
export function BitcoinAmount({ value: { msat, rate } }: { readonly value: BitcoinDto }) {
  return (
    <span className="tabular">
      {formatSats(BigInt(msat))} sat
      {rate !== null && (
        <span className="block text-sm text-faint">
          at {describeRate({ msatPerUsd: BigInt(rate.msatPerUsd), asOf: rate.asOf })}
        </span>
      )}
    </span>
  );
}
