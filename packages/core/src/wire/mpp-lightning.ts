import { isJsonObject } from "../canonical-json.ts";
import type { LightningOffer } from "../offer.ts";
import { parseQuote, formatQuote } from "../quote.ts";
import type { Quote } from "../quote.ts";
import { decodeChallengeRequest, encodeChallengeRequest } from "./payment-auth.ts";
import type { PaymentChallenge, PaymentCredential } from "./payment-auth.ts";

/**
 * The `request` of a `lightning`/`charge` challenge (draft-lightning-charge). The quote travels in `externalId`: some
 * clients echo neither `opaque` nor `digest`. Amount in whole satoshi, rounded up.
 */
export function lightningChargeRequest(input: {
  readonly quote: Quote;
  readonly offer: LightningOffer;
}): string {
  const { quote, offer } = input;
  return encodeChallengeRequest({
    amount: String((offer.amount + 999n) / 1000n),
    currency: "sat",
    externalId: formatQuote(quote),
    methodDetails: { invoice: offer.bolt11, paymentHash: offer.paymentHash, network: offer.network },
  });
}

export interface LightningCharge {
  readonly quote: Quote;
  /** Lower-case hex of 32 bytes. */
  readonly paymentHash: string;
  readonly network: string;
}

/** The quote and payment hash inside of a challenge of ours; verify its id before. */
export function readLightningCharge(challenge: PaymentChallenge): LightningCharge | undefined {
  if (challenge.method !== "lightning" || challenge.intent !== "charge") return undefined;
  const request = decodeChallengeRequest(challenge.request);
  if (request === undefined || !isJsonObject(request.methodDetails)) return undefined;
  const { paymentHash, network } = request.methodDetails;
  const quote = typeof request.externalId === "string" ? parseQuote(request.externalId) : undefined;
  if (quote === undefined || typeof network !== "string") return undefined;
  if (typeof paymentHash !== "string" || !/^[0-9a-f]{64}$/.test(paymentHash)) return undefined;
  return { quote, paymentHash, network };
}

/** The preimage of a `lightning` payload: lower-case hex of 32 bytes. */
export function readPreimage(credential: PaymentCredential): string | undefined {
  const { preimage } = credential.payload;
  if (typeof preimage !== "string" || !/^[0-9a-f]{64}$/i.test(preimage)) return undefined;
  return preimage.toLowerCase();
}
