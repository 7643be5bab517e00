import type { Crypto, Quote } from "@x402-paywall/core";
import { entitlementIdOf, ruleScope } from "@x402-paywall/core";
import type { NewEntitlement } from "./store.ts";

/**
 * What a settled payment leaves behind, by the terms of its quote; `undefined` where it bought this one request. The
 * same payment always makes the same entitlement, so writing it twice is writing it once.
 * @param now Unix seconds of the settlement.
 */
export function entitlementOf(
  quote: Quote,
  paymentKey: string,
  { now, crypto }: { readonly now: number; readonly crypto: Crypto },
): NewEntitlement | undefined {
  const { terms, mode, endpointId } = quote;
  if (terms.kind === "use") return undefined;
  const base = {
    id: terms.into ?? entitlementIdOf(paymentKey, crypto),
    mode,
    endpointId,
    expiresAt: now + terms.seconds,
    ...(terms.into === undefined ? {} : { topUp: { seconds: terms.seconds } }),
  };
  switch (terms.kind) {
    case "balance":
      return { ...base, kind: "balance", scope: "*", uses: null, deposit: quote.amount };
    case "uses":
      return { ...base, kind: "uses", scope: ruleScope(quote.routeId), uses: terms.uses, deposit: 0n };
    case "pass":
      return { ...base, kind: "pass", scope: ruleScope(quote.routeId), uses: null, deposit: 0n };
  }
}
