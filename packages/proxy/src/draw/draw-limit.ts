import type { MicroUsd, Quote, TokenLimits } from "@x402-paywall/core";
import { capOf, formatUsd, PaywallError } from "@x402-paywall/core";
import { askStore } from "../ask-store.ts";
import type { PricedRequest } from "../price-visit.ts";
import type { AtomicStore, EntitlementRecord, NewHold } from "../store.ts";

/** How far an entitlement may be drawn down by a token that somebody narrowed before passing it on. */
export interface DrawLimit {
  /** Uses that must be left. */
  readonly usesFloor?: number;
  /** µUSD that may be spent and held of it, by whomever. */
  readonly spendable?: MicroUsd;
}

export function drawLimitOf({ terms }: Quote, limits: TokenLimits | undefined): DrawLimit | undefined {
  if (terms.kind === "uses" && limits?.uses !== undefined)
    return { usesFloor: terms.uses - Number(limits.uses) };
  return limits?.balance === undefined ? undefined : { spendable: limits.balance };
}

/**
 * What to reserve under a limit: all that the answer may take, because a hold that is never extended can be checked once.
 * @throws PaywallError `payment_insufficient` where the limit is reached
 */
export async function narrow(
  id: string,
  { match, amount }: PricedRequest,
  {
    limit,
    least,
    wanted,
  }: { readonly limit: DrawLimit; readonly least: MicroUsd; readonly wanted: MicroUsd },
  store: AtomicStore,
): Promise<{ readonly least: MicroUsd; readonly wanted: MicroUsd }> {
  const record = await askStore(() => store.findEntitlement(id));
  if (record === undefined) return { least, wanted };
  const { spendable, usesFloor } = limit;
  if (usesFloor !== undefined && (record.usesLeft ?? 0) <= usesFloor) throw refuse(record);
  if (spendable === undefined) return { least, wanted };
  const room = spendable - record.spent - record.held;
  const most = match.price.model === "metered" ? capOf(match.price) : amount;
  const available = record.deposited - record.spent - record.held;
  if (room < least) throw refuse(record);
  return { least, wanted: [room, most, available].reduce((low, each) => (each < low ? each : low)) };
}

/** After the hold: whoever drew at the same time is counted now. Nothing is taken where the limit was passed. */
export async function keepWithin(hold: NewHold, limit: DrawLimit, store: AtomicStore): Promise<void> {
  const record = await askStore(() => store.findEntitlement(hold.entitlementId));
  const fits =
    record !== undefined &&
    (record.usesLeft ?? 0) >= (limit.usesFloor ?? 0) &&
    (limit.spendable === undefined || record.spent + record.held <= limit.spendable);
  if (fits) return;
  await askStore(() => store.settleHold({ id: hold.id, captured: 0n, uses: 0 }));
  throw refuse(record);
}

function refuse(record: EntitlementRecord | undefined): PaywallError {
  const spent = record?.kind === "balance" ? ` $${formatUsd(record.spent)} of it is spent.` : "";
  return new PaywallError("payment_insufficient", {
    detail: `The token was narrowed to less than what is used of this entitlement.${spent}`,
  });
}
