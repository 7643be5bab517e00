import type { Crypto, Entitlement, HeaderList, KeyRing } from "@x402-paywall/core";
import {
  accessCookieName,
  decodeMacaroon,
  formatAccessToken,
  PaywallError,
  toBase64Url,
  toHex,
  utf8,
  verifyL402,
} from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import { askStore } from "../ask-store.ts";
import type { PaymentClaim } from "../authenticate.ts";
import { claimPayment, redeemed } from "../claim.ts";
import type { RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import type { SettledPayment } from "../held-claim.ts";
import type { Rail } from "../rail.ts";
import { answer, type Refused } from "../response.ts";
import { settlePayment, type SettleContext } from "../settle.ts";
import { receiptUrl } from "../success-headers.ts";
import { type VerifiedPayment, verifyPayment } from "../verify-payment.ts";
import { readUnlockForm, type UnlockForm } from "./unlock-form.ts";

export interface UnlockContext {
  readonly keys: KeyRing;
  readonly rails: readonly Rail[];
  readonly settle: SettleContext;
  readonly contentUrl: string;
  readonly appUrl: string;
}

export interface Unlocked {
  readonly response: Refused;
  readonly settled: SettledPayment;
}

/**
 * `POST /p/<slug>/.unlock`: a person's browser trades a paid invoice for a cookie that only this endpoint's path
 * receives and that opens only the resource that was paid. Works from a plain form, without script.
 */
export async function answerUnlock(
  request: RequestHead,
  endpoint: Endpoint,
  context: UnlockContext,
): Promise<Unlocked> {
  if (request.method !== "POST") throw new PaywallError("method_not_allowed");
  const { settle } = context;
  const form = await readUnlockForm(request, endpoint);
  const now = Math.floor(settle.clock() / 1000);
  const claim = await readClaim(form, endpoint, now, context);
  const { rails } = context;
  const { store, crypto } = settle;
  const payment = await verifyPayment(claim, { endpoint, rails, store, now });
  const id = entitlementId(form, crypto);
  const bought = await findBought(id, payment.verification.paymentKey, settle);
  if (bought !== undefined) {
    if (bought.entitlement.expiresAt <= now) throw redeemed(bought.settled.receipt.id);
    const response = respond(request, form, bought.entitlement, bought.settled, context, endpoint.slug);
    return { response, settled: bought.settled };
  }
  const entitlement: Entitlement = {
    id,
    mode: endpoint.mode,
    endpointId: endpoint.id,
    scope: claim.quote.bindingHash,
    expiresAt: now + endpoint.browserAccessSeconds,
  };
  const settled = await buy(payment, endpoint, { ...settle, entitlement });
  return { response: respond(request, form, entitlement, settled, context, endpoint.slug), settled };
}

/**
 * Made of the token, which only the page that was paid holds: where the answer to an unlock got lost, the same page asks
 * again and gets the same cookie. A payment is never spent on something that nobody received.
 */
function entitlementId(form: UnlockForm, crypto: Crypto): string {
  const digest = crypto.sha256(utf8(`entitlement/${toHex(form.macaroon)}`));
  return `ent_${toBase64Url(digest.subarray(0, 16))}`;
}

async function findBought(
  id: string,
  paymentKey: string,
  { store }: SettleContext,
): Promise<{ readonly entitlement: Entitlement; readonly settled: SettledPayment } | undefined> {
  const entitlement = await askStore(() => store.findEntitlement(id));
  if (entitlement === undefined) return undefined;
  const receiptId = (await askStore(() => store.findPayment(paymentKey)))?.receiptId ?? null;
  const settled = receiptId === null ? undefined : await askStore(() => store.findReceipt(receiptId));
  return settled === undefined ? undefined : { entitlement, settled };
}

async function readClaim(
  form: UnlockForm,
  endpoint: Endpoint,
  now: number,
  context: UnlockContext,
): Promise<PaymentClaim> {
  const { keys, settle } = context;
  const macaroon = decodeMacaroon(form.macaroon);
  if (macaroon === undefined)
    throw new PaywallError("malformed_credential", { detail: "`token` is not a macaroon." });
  const hash = toHex(macaroon.identifier.subarray(2, 34));
  const preimage = form.preimage ?? (await askStore(() => settle.store.findInvoice(hash)))?.preimage;
  if (preimage === undefined || preimage === null) {
    throw new PaywallError("verification_failed", {
      detail: "The payment has not arrived yet. Go back and try again in a moment.",
      extensions: { state: "awaiting" },
    });
  }
  const { crypto } = settle;
  const { slug } = endpoint;
  const verified = verifyL402({ macaroon, preimage }, { keys, crypto, now, slug, method: "GET", path: "" });
  const { quote, paymentHash } = verified;
  if (!verified.ok && verified.code !== "payment_expired") {
    throw new PaywallError(verified.code, { detail: verified.detail });
  }
  if (quote === undefined || paymentHash === undefined) throw new PaywallError("payment_expired");
  return { quote, proof: { kind: "preimage", paymentHash, preimage }, wire: "l402", echo: {} };
}

/** Claim, settlement and entitlement: after it, the payment can only be drawn upon through the entitlement. */
async function buy(
  payment: VerifiedPayment,
  endpoint: Endpoint,
  context: SettleContext & { readonly entitlement: Entitlement },
): Promise<SettledPayment> {
  const { store, log } = context;
  const held = await claimPayment(payment, endpoint, context);
  try {
    // Charged before, by a request of an agent: it buys no cookie as well.
    if (held.settled !== null) throw redeemed(held.settled.receipt.id);
    const settled = await settlePayment(held, context);
    await abandonClaim(held.ref, { uncertain: false, store, log });
    return settled;
  } catch (error) {
    await abandonClaim(held.ref, { uncertain: isUncertain(error), store, log });
    throw error;
  }
}

function respond(
  request: RequestHead,
  form: UnlockForm,
  entitlement: Entitlement,
  settled: SettledPayment,
  context: UnlockContext,
  slug: string,
): Refused {
  const cookie = [
    `${accessCookieName(entitlement.scope)}=${formatAccessToken(entitlement, context.keys)}`,
    `Path=/p/${slug}`,
    `Max-Age=${entitlement.expiresAt - Math.floor(context.settle.clock() / 1000)}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(context.contentUrl.startsWith("https:") ? ["Secure"] : []),
  ].join("; ");
  const receiptId = settled.receipt.id;
  const headers: HeaderList = [
    ["Cache-Control", "no-store"],
    ["Set-Cookie", cookie],
    ["Paywall-Receipt", receiptId],
    ["Link", `<${receiptUrl(context.appUrl, receiptId)}>; rel="payment-receipt"`],
  ];
  if (!form.isForm) return answer(request, 204, headers, "");
  return answer(request, 303, [...headers, ["Location", form.resource]], "");
}
