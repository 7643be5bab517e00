import type { Crypto, Entitlement, HeaderList, KeyRing } from "@x402-paywall/core";
import {
  accessCookieName,
  entitlementIdOf,
  formatAccessToken,
  PaywallError,
  toBase64,
} from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import { askStore } from "../ask-store.ts";
import type { PaymentClaim } from "../authenticate.ts";
import { claimPayment, redeemed } from "../claim.ts";
import { entitlementOf } from "../entitlement-of.ts";
import type { NewEntitlement } from "../store.ts";
import { credit } from "./top-up.ts";
import type { RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import type { HeldClaim, SettledPayment } from "../held-claim.ts";
import type { Rail } from "../rail.ts";
import { answer, type Refused } from "../response.ts";
import { settlePayment, type SettleContext } from "../settle.ts";
import { receiptUrl } from "../success-headers.ts";
import { type VerifiedPayment, verifyPayment } from "../verify-payment.ts";
import type { Site } from "../site.ts";
import { readUnlockClaim } from "./unlock-claim.ts";
import { homeOf, readUnlockForm, type UnlockForm, type UnlockProof } from "./unlock-form.ts";

export interface UnlockContext {
  readonly keys: KeyRing;
  readonly rails: readonly Rail[];
  readonly settle: SettleContext;
  readonly contentUrl: string;
  readonly appUrl: string;
  readonly site: Site;
}

export interface Unlocked {
  readonly response: Refused;
  /** `null`: nothing was taken, the payment is still to be presented. */
  readonly settled: SettledPayment | null;
}

/**
 * `POST /p/<slug>/.unlock`: a person's browser trades a paid invoice, or what its wallet has signed, for a cookie that only
 * this endpoint's path receives and that opens only the resource that was paid. Works from a plain form, without script.
 */
export async function answerUnlock(
  request: RequestHead,
  endpoint: Endpoint,
  context: UnlockContext,
): Promise<Unlocked> {
  if (request.method !== "POST") throw new PaywallError("method_not_allowed");
  const { settle } = context;
  const form = await readUnlockForm(request, endpoint, context.site);
  const now = Math.floor(settle.clock() / 1000);
  const claim = await readUnlockClaim(form.proof, endpoint, now, context);
  if (form.as === "l402") return { response: answerCredential(request, form.proof, claim), settled: null };
  const { rails } = context;
  const { store, crypto } = settle;
  const payment = await verifyPayment(claim, { endpoint, rails, store, now });
  if (payment.rail.settles(payment.proof) === "on-finish") {
    throw new PaywallError("verification_failed", {
      detail: "A maximum is signed for one answer: pay a fixed amount here.",
    });
  }
  if (claim.quote.terms.kind !== "use" && claim.quote.terms.into !== undefined) {
    return unlockTopUp(request, form, payment, endpoint, context);
  }
  const { paymentKey } = payment.verification;
  const bought = await findBought(paymentKey, settle);
  if (bought !== undefined) {
    if (bought.entitlement.expiresAt <= now) throw redeemed(bought.settled.receipt.id);
    const response = respond(request, form, bought.entitlement, bought.settled, context, endpoint);
    return { response, settled: bought.settled };
  }
  const entitlement =
    entitlementOf(claim.quote, paymentKey, { now, crypto }) ?? browserAccess(payment, endpoint, now, crypto);
  const settled = await buy(payment, endpoint, entitlement, settle);
  return { response: respond(request, form, entitlement, settled, context, endpoint), settled };
}

/** A person bought one request: the browser keeps that one resource for some time, reloads included. */
function browserAccess(
  payment: VerifiedPayment,
  endpoint: Endpoint,
  now: number,
  crypto: Crypto,
): NewEntitlement {
  return {
    id: entitlementIdOf(payment.verification.paymentKey, crypto),
    kind: "pass",
    mode: endpoint.mode,
    endpointId: endpoint.id,
    scope: payment.quote.bindingHash,
    expiresAt: now + endpoint.browserAccessSeconds,
    uses: null,
    deposit: 0n,
  };
}

/** Nothing is opened: the money is added to a balance that has its own token. */
async function unlockTopUp(
  request: RequestHead,
  form: UnlockForm,
  payment: VerifiedPayment,
  endpoint: Endpoint,
  context: UnlockContext,
): Promise<Unlocked> {
  const { settle, appUrl } = context;
  await credit(payment, endpoint, { settle, options: { appUrl } });
  const settled = await findSettled(payment.verification.paymentKey, settle);
  if (settled === undefined) throw new PaywallError("settlement_unknown", { retryAfter: 2 });
  const headers: HeaderList = [["Cache-Control", "no-store"], ...receiptHeaders(settled, context)];
  if (!form.isForm) return { response: answer(request, 204, headers, ""), settled };
  const location: HeaderList = [["Location", homeOf(endpoint, context.site)]];
  return { response: answer(request, 303, [...headers, ...location], ""), settled };
}

/**
 * The money's own identity makes the entitlement's: where the answer to an unlock got lost, the page that was paid asks
 * again and gets the same cookie. A payment is never spent on something that nobody received.
 */
async function findBought(
  paymentKey: string,
  settle: SettleContext,
): Promise<{ readonly entitlement: Entitlement; readonly settled: SettledPayment } | undefined> {
  const id = entitlementIdOf(paymentKey, settle.crypto);
  const entitlement = await askStore(() => settle.store.findEntitlement(id));
  const settled = entitlement === undefined ? undefined : await findSettled(paymentKey, settle);
  return entitlement === undefined || settled === undefined ? undefined : { entitlement, settled };
}

async function findSettled(
  paymentKey: string,
  { store }: SettleContext,
): Promise<SettledPayment | undefined> {
  const receiptId = (await askStore(() => store.findPayment(paymentKey)))?.receiptId ?? null;
  return receiptId === null ? undefined : askStore(() => store.findReceipt(receiptId));
}

/** The finished credential: still unspent, so that a program can pay with it. */
function answerCredential(request: RequestHead, proof: UnlockProof, claim: PaymentClaim): Refused {
  if (proof.kind !== "invoice" || claim.proof.kind !== "preimage") throw new PaywallError("internal");
  const authorization = `L402 ${toBase64(proof.macaroon)}:${claim.proof.preimage}`;
  const headers: HeaderList = [
    ["Cache-Control", "private, no-store"],
    ["Content-Type", "application/json"],
  ];
  return answer(request, 200, headers, JSON.stringify({ authorization }));
}

/** Claim, settlement and entitlement: after it, the payment can only be drawn upon through the entitlement. */
async function buy(
  payment: VerifiedPayment,
  endpoint: Endpoint,
  entitlement: NewEntitlement,
  context: SettleContext,
): Promise<SettledPayment> {
  const { store, log } = context;
  const held = await claimPayment(payment, endpoint, context);
  try {
    const settled = await settleWith(held, entitlement, context);
    await abandonClaim(held.ref, { uncertain: false, store, log });
    return settled;
  } catch (error) {
    await abandonClaim(held.ref, { uncertain: isUncertain(error), store, log });
    throw error;
  }
}

/** What was credited when it arrived buys the cookie now; what a request of an agent was charged buys none as well. */
async function settleWith(
  held: HeldClaim,
  entitlement: NewEntitlement,
  context: SettleContext,
): Promise<SettledPayment> {
  const { settled, ref } = held;
  if (settled === null) return settlePayment(held, context, { entitlement });
  if (await askStore(() => context.store.spendSettled(ref, entitlement))) return settled;
  throw redeemed(settled.receipt.id);
}

function respond(
  request: RequestHead,
  form: UnlockForm,
  entitlement: Entitlement,
  settled: SettledPayment,
  context: UnlockContext,
  endpoint: Endpoint,
): Refused {
  const accessToken = formatAccessToken(entitlement, context.keys);
  if (form.as === "token")
    return answerToken(request, accessToken, entitlement, receiptHeaders(settled, context));
  const cookie = [
    `${accessCookieName(entitlement.scope)}=${accessToken}`,
    `Path=${homeOf(endpoint, context.site)}`,
    `Max-Age=${maxAge(entitlement, context)}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(context.contentUrl.startsWith("https:") ? ["Secure"] : []),
  ].join("; ");
  const headers: HeaderList = [
    ["Cache-Control", "no-store"],
    ["Set-Cookie", cookie],
    ...receiptHeaders(settled, context),
  ];
  if (!form.isForm) return answer(request, 204, headers, "");
  return answer(request, 303, [...headers, ["Location", form.resource]], "");
}

/** A page of another origin presents the token itself: `Authorization: Bearer`. */
function answerToken(
  request: RequestHead,
  accessToken: string,
  { kind, expiresAt }: Entitlement,
  receipt: HeaderList,
): Refused {
  const headers: HeaderList = [
    ["Cache-Control", "private, no-store"],
    ["Content-Type", "application/json"],
    ...receipt,
  ];
  const body = { accessToken, kind, expiresAt: new Date(expiresAt * 1000).toISOString() };
  return answer(request, 200, headers, JSON.stringify(body));
}

/** What is counted may be topped up and live longer than it says today. */
function maxAge({ kind, expiresAt }: Entitlement, { settle }: UnlockContext): number {
  const left = expiresAt - Math.floor(settle.clock() / 1000);
  return kind === "pass" ? left : Math.max(left, COUNTED_COOKIE_SECONDS);
}

/** 400 days: browsers keep no cookie for longer. */
const COUNTED_COOKIE_SECONDS = 34_560_000;

function receiptHeaders({ receipt }: SettledPayment, { appUrl }: UnlockContext): HeaderList {
  return [
    ["Paywall-Receipt", receipt.id],
    ["Link", `<${receiptUrl(appUrl, receipt.id)}>; rel="payment-receipt"`],
  ];
}
