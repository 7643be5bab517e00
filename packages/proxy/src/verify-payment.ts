import type { Crypto, Proof, Quote } from "@x402-paywall/core";
import { hashScope, PaywallError, ruleScope } from "@x402-paywall/core";
import type { PaymentClaim } from "./authenticate.ts";
import type { Endpoint } from "./endpoint.ts";
import type { MaybePromise } from "./maybe-async.ts";
import { andThen } from "./maybe-async.ts";
import type { Rail, Verification } from "./rail.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { AtomicStore, PaymentState } from "./store.ts";
import { askStore } from "./ask-store.ts";

/** A payment for this very request, checked by its rail and not yet taken. */
export interface VerifiedPayment extends PaymentClaim {
  readonly rail: Rail;
  readonly verification: Extract<Verification, { readonly ok: true }>;
}

export interface VerifyContext {
  readonly endpoint: Endpoint;
  readonly rails: readonly Rail[];
  readonly store: AtomicStore;
  /** Unix seconds. */
  readonly now: number;
}

/** As {@link VerifiedPayment}, but possibly too late: only {@link checkTime} decides whether it still counts. */
export interface InspectedPayment extends VerifiedPayment {
  readonly late: boolean;
}

/**
 * Decides whether a payment is good at this endpoint; changes nothing. What it was made for: {@link checkBinding}.
 * @throws PaywallError with the code that the fresh challenge carries; `store_unavailable` where the store had to be asked.
 */
export function verifyPayment(claim: PaymentClaim, context: VerifyContext): MaybePromise<VerifiedPayment> {
  return andThen(inspectPayment(claim, context), (inspected) => checkTime(inspected, context));
}

/** Everything but the time: an entitlement outlives the quote that it was bought with. Never asks the store. */
export function inspectPayment(claim: PaymentClaim, context: VerifyContext): MaybePromise<InspectedPayment> {
  const { endpoint } = context;
  if (claim.quote.endpointId !== endpoint.id || claim.quote.mode !== endpoint.mode) throw otherEndpoint();
  const rail = findRail(claim, context);
  const expired = claim.quote.expiresAt <= context.now;
  const at = expired ? lateTime(claim.proof, claim.quote, context.now) : context.now;
  return andThen(rail.verify(claim.proof, claim.quote, at), (verification) => {
    if (verification.ok) return { ...claim, rail, verification, late: expired };
    if (verification.code !== "payment_expired" || expired) throw refuse(verification);
    // The authorization ran out before the quote did.
    const late = lateTime(claim.proof, claim.quote, context.now);
    return andThen(rail.verify(claim.proof, claim.quote, late), (again) => {
      if (!again.ok) throw refuse(verification);
      return { ...claim, rail, verification: again, late: true };
    });
  });
}

/** @throws PaywallError `payment_expired` where a payment came too late and was not taken before. */
export function checkTime(
  inspected: InspectedPayment,
  context: Pick<VerifyContext, "store">,
): MaybePromise<VerifiedPayment> {
  return inspected.late ? checkLate(inspected, context) : inspected;
}

/** @throws PaywallError where a quote was made for another request than the one it came with. */
export function checkBinding(quote: Quote, priced: PricedRequest, crypto: Crypto): void {
  const { binding } = priced;
  if (quote.terms.kind !== "use") return checkScope(quote, priced, crypto);
  if (quote.bindingHash === binding.hash) return;
  if (binding.differsInBodyOnly(quote, crypto)) {
    throw new PaywallError("body_mismatch", { detail: "The payment was made for another request body." });
  }
  if (quote.amount < priced.amount) {
    throw new PaywallError("payment_insufficient", { detail: "The payment was made for a cheaper request." });
  }
  throw new PaywallError("wrong_resource", {
    detail: "The payment was made for another method, path or query.",
  });
}

/** What buys more than one request is good for its rule or its endpoint, whatever that costs by now. */
function checkScope(quote: Quote, { match }: PricedRequest, crypto: Crypto): void {
  const { terms, routeId, endpointId } = quote;
  if (terms.kind !== "use" && terms.into !== undefined) {
    throw new PaywallError("wrong_resource", { detail: "The payment was made for topping up a balance." });
  }
  const scope = terms.kind === "balance" ? "*" : ruleScope(routeId);
  const fits = terms.kind === "balance" || routeId === (match.route?.id ?? null);
  if (!fits || quote.bindingHash !== hashScope(endpointId, scope, crypto)) {
    throw new PaywallError("wrong_resource", {
      detail: "The payment was made for what another rule prices.",
    });
  }
}

function otherEndpoint(): PaywallError {
  return new PaywallError("wrong_resource", { detail: "The payment was made for another endpoint." });
}

/** A quote is honoured whatever became of the endpoint's settings; only the mode is a wall. */
function findRail(claim: PaymentClaim, { endpoint, rails }: VerifyContext): Rail {
  const rail = rails.find((each) => each.mode === endpoint.mode && each.accepts(claim.proof));
  if (rail !== undefined) return rail;
  throw new PaywallError("verification_failed", { detail: "No rail of this endpoint takes such a payment." });
}

/** A moment at which the proof was in time, to check all the rest of it. */
function lateTime(proof: Proof, quote: Quote, now: number): number {
  if (proof.kind === "preimage") return quote.issuedAt;
  // More than a rail demands to be left: a minute of what is captured after an answer.
  const last =
    proof.kind === "permit2" ? proof.authorization.deadline - 70n : proof.authorization.validBefore - 10n;
  return last < BigInt(now) ? Math.max(0, Number(last)) : now;
}

const MAYBE_CHARGED: ReadonlySet<PaymentState> = new Set(["settling", "unknown", "settled"]);
const MONEY_IS_GONE: ReadonlySet<PaymentState> = new Set(["claimed", "released", ...MAYBE_CHARGED]);

/**
 * After the time, a payment counts only where it was taken before and may have been charged: a fresh challenge would
 * make the payer pay twice. Money that moved before its first request is owed in every open state.
 */
async function checkLate(
  verified: VerifiedPayment,
  { store }: Pick<VerifyContext, "store">,
): Promise<VerifiedPayment> {
  const row = await askStore(() => store.findPayment(verified.verification.paymentKey));
  const before = verified.rail.settles(verified.proof) === "before";
  // Paid late or presented late: the node, which is asked once it is claimed, knows whether the creator has the money.
  if (row === undefined && before && verified.rail.confirm !== undefined) return verified;
  const open = before ? MONEY_IS_GONE : MAYBE_CHARGED;
  if (row?.quoteId === verified.quote.id && (open.has(row.state) || row.state === "delivered"))
    return verified;
  if (row === undefined && (await wasPaidInTime(verified.proof, store))) return verified;
  throw new PaywallError("payment_expired", { detail: "The quote has expired. This payment was not used." });
}

/** An invoice that was seen paid was open then; its payer may have come back late, and the money is with the creator. */
async function wasPaidInTime(proof: Proof, store: AtomicStore): Promise<boolean> {
  if (proof.kind !== "preimage") return false;
  const { paymentHash } = proof;
  const invoice = await askStore(() => store.findInvoice(paymentHash));
  return (invoice?.paid ?? null) !== null;
}

function refuse(verification: Extract<Verification, { readonly ok: false }>): PaywallError {
  return new PaywallError(verification.code, { detail: verification.detail });
}
