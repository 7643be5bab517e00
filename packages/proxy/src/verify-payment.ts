import type { Crypto, Proof, Quote } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { PaymentClaim } from "./authenticate.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Match } from "./match.ts";
import type { MaybePromise } from "./maybe-async.ts";
import { andThen } from "./maybe-async.ts";
import type { Rail, Verification } from "./rail.ts";
import type { RequestBinding } from "./request-binding.ts";
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

/** The request that a credential was presented with. */
export interface PresentRequest {
  readonly match: Match;
  readonly binding: RequestBinding;
}

/**
 * Decides whether a payment is good at this endpoint; changes nothing. What it was made for: {@link checkBinding}.
 * @throws PaywallError with the code that the fresh challenge carries; `store_unavailable` where the store had to be asked.
 */
export function verifyPayment(claim: PaymentClaim, context: VerifyContext): MaybePromise<VerifiedPayment> {
  const { endpoint } = context;
  if (claim.quote.endpointId !== endpoint.id || claim.quote.mode !== endpoint.mode) throw otherEndpoint();
  const rail = findRail(claim, context);
  const expired = claim.quote.expiresAt <= context.now;
  const at = expired ? lateTime(claim.proof, claim.quote, context.now) : context.now;
  return andThen(rail.verify(claim.proof, claim.quote, at), (verification) => {
    if (verification.ok) {
      const verified = { ...claim, rail, verification };
      return expired ? checkLate(verified, context) : verified;
    }
    if (verification.code !== "payment_expired" || expired) throw refuse(verification);
    // The authorization ran out before the quote did.
    const late = lateTime(claim.proof, claim.quote, context.now);
    return andThen(rail.verify(claim.proof, claim.quote, late), (again) => {
      if (!again.ok) throw refuse(verification);
      return checkLate({ ...claim, rail, verification: again }, context);
    });
  });
}

/** @throws PaywallError where a quote was made for another request than the one it came with. */
export function checkBinding(quote: Quote, { match, binding }: PresentRequest, crypto: Crypto): void {
  if (quote.bindingHash === binding.hash) return;
  if (binding.differsInBodyOnly(quote, crypto)) {
    throw new PaywallError("body_mismatch", { detail: "The payment was made for another request body." });
  }
  if (quote.amount < match.price.amount) {
    throw new PaywallError("payment_insufficient", { detail: "The payment was made for a cheaper request." });
  }
  throw new PaywallError("wrong_resource", {
    detail: "The payment was made for another method, path or query.",
  });
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
  const last = proof.authorization.validBefore - 10n;
  return last < BigInt(now) ? Math.max(0, Number(last)) : now;
}

const MAYBE_CHARGED: ReadonlySet<PaymentState> = new Set(["settling", "unknown", "settled"]);
const MONEY_IS_GONE: ReadonlySet<PaymentState> = new Set(["claimed", "released", ...MAYBE_CHARGED]);

/**
 * After the time, a payment counts only where it was taken before and may have been charged: a fresh challenge would
 * make the payer pay twice. Money that moved before its first request is owed in every open state.
 */
async function checkLate(verified: VerifiedPayment, { store }: VerifyContext): Promise<VerifiedPayment> {
  const row = await askStore(() => store.findPayment(verified.verification.paymentKey));
  const open = verified.rail.settles(verified.proof) === "before" ? MONEY_IS_GONE : MAYBE_CHARGED;
  if (row?.quoteId === verified.quote.id && (open.has(row.state) || row.state === "delivered"))
    return verified;
  if (row === undefined && (await wasPaidInTime(verified.proof, store))) return verified;
  throw new PaywallError("payment_expired", { detail: "The quote has expired. This payment was not used." });
}

/** An invoice that was seen paid was open then; its payer may have come back late, and the money is with the creator. */
async function wasPaidInTime(proof: Proof, store: AtomicStore): Promise<boolean> {
  if (proof.kind !== "preimage") return false;
  const invoice = await askStore(() => store.findInvoice(proof.paymentHash));
  return invoice?.preimage === proof.preimage;
}

function refuse(verification: Extract<Verification, { readonly ok: false }>): PaywallError {
  return new PaywallError(verification.code, { detail: verification.detail });
}
