import type { CredentialHeader, InvoiceOffer } from "@x402-paywall/core/client";
import type { CheckoutView } from "../checkout/checkout-view.ts";
import { asText, readObject } from "../checkout/problem.ts";
import { unlock } from "../checkout/unlock.ts";
import { topUpOf } from "../parts/slip.ts";
import type { PaywallChallenge } from "./challenge.ts";
import type { ElementMessages } from "./element-messages.ts";

/** What a payment was traded for. */
export type Bought =
  | {
      readonly kind: "credential";
      /** `undefined`: the browser's own cookie opens it. */
      readonly credential: CredentialHeader | undefined;
      /** Milliseconds since 1970; `undefined`: for this request only. */
      readonly until: number | undefined;
      readonly receiptUrl: string;
    }
  /** There is nothing to present: this is the answer. */
  | { readonly kind: "answer"; readonly answer: Response };

export interface Redemption {
  readonly challenge: PaywallChallenge;
  /** `undefined` for one that is not shown any more. */
  readonly invoice: InvoiceOffer | undefined;
  /** `undefined` where the money was seen by the server only. */
  readonly preimage: string | undefined;
  /** The browser is to keep what was bought. */
  readonly keeps: boolean;
  readonly signal: AbortSignal;
}

/**
 * Trades a paid invoice. Whoever has the preimage can show it on the wire itself; a server of ours also trades it for an
 * access token, which is the only way where the payment was made in another wallet.
 * @returns `undefined` where it opens nothing, which then is shown
 */
export async function redeemOffer(
  view: CheckoutView,
  { challenge, invoice, preimage, keeps, signal }: Redemption,
  { proof }: Pick<ElementMessages, "proof">,
): Promise<Bought | undefined> {
  if (invoice === undefined) return undefined;
  const { unlockUrl, method, terms } = challenge;
  const isTopUp = topUpOf(terms) !== undefined;
  const opens = method === "GET" || method === "HEAD";
  if (unlockUrl && invoice.token && (preimage === undefined || (keeps && opens && !isTopUp))) {
    const answer = await unlock(view, { token: invoice.token, preimage, as: "token" }, signal);
    if (answer === undefined) return undefined;
    if (isTopUp) return { kind: "answer", answer };
    return readToken(answer, preimage === undefined ? undefined : invoice.present(preimage));
  }
  if (preimage === undefined) {
    view.show("problem", proof.label);
    return undefined;
  }
  return { kind: "credential", credential: invoice.present(preimage), until: undefined, receiptUrl: "" };
}

/** A server that gives no token has set a cookie, or takes the preimage itself. */
async function readToken(answer: Response, otherwise: CredentialHeader | undefined): Promise<Bought> {
  const { accessToken, expiresAt } = await readObject(answer);
  const receiptUrl = receiptLink(answer);
  const until = Date.parse(asText(expiresAt));
  if (typeof accessToken !== "string")
    return { kind: "credential", credential: otherwise, until: undefined, receiptUrl };
  return {
    kind: "credential",
    credential: ["Authorization", `Bearer ${accessToken}`],
    until: Number.isNaN(until) ? undefined : until,
    receiptUrl,
  };
}

/** Where the receipt can be read; empty where the server names none that a person could follow. */
export function receiptLink(answer: Response): string {
  const link = /<(https?:[^>]+)>;\s*rel="payment-receipt"/.exec(answer.headers.get("Link") ?? "");
  const url = link?.[1] ?? answer.headers.get("Payment-Receipt-Url") ?? "";
  return /^https?:/.test(url) ? url : "";
}
