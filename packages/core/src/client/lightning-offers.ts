import { fromBase64 } from "../base64.ts";
import { toHex } from "../bytes.ts";
import { isJsonObject } from "../canonical-json.ts";
import { ceilDiv } from "../money.ts";
import { parseAuthElements } from "../wire/auth-params.ts";
import { decodeBolt11 } from "../wire/bolt11.ts";
import type { Bolt11 } from "../wire/bolt11.ts";
import { decodeMacaroon } from "../wire/macaroon-codec.ts";
import {
  decodeChallengeRequest,
  formatPaymentCredential,
  parsePaymentChallenges,
} from "../wire/payment-auth.ts";
import type { PaymentChallenge } from "../wire/payment-auth.ts";
import { PayingError } from "./paying-error.ts";
import type { CredentialHeader, PayableOffer, PayingContext, PayingWire } from "./payable-offer.ts";

const prefixes: Readonly<Record<string, string>> = {
  mainnet: "bc",
  testnet: "tb",
  signet: "tbs",
  regtest: "bcrt",
};

/**
 * Lightning offers of a `WWW-Authenticate` value. The invoice is what the wallet will pay, so that its amount counts;
 * an offer whose own words say something else is left out.
 * @param authorizationTaken The request has an `Authorization` of its own, which L402 would replace.
 */
export function readLightningOffers(
  value: string,
  context: PayingContext,
  authorizationTaken: boolean,
): readonly PayableOffer[] {
  if (context.lightning === undefined) return [];
  const l402 = authorizationTaken ? [] : readL402(value, context);
  const header = authorizationTaken ? "Payment-Authorization" : "Authorization";
  const mpp = parsePaymentChallenges(value).map((challenge) => readCharge(challenge, header, context));
  return [...l402, ...mpp.filter((offer) => offer !== undefined)];
}

function readL402(value: string, context: PayingContext): readonly PayableOffer[] {
  const offers: PayableOffer[] = [];
  for (const { scheme, params } of parseAuthElements(value) ?? []) {
    if (scheme !== "l402" && scheme !== "lsat") continue;
    const token = params.get("macaroon") ?? params.get("token") ?? "";
    const invoice = params.get("invoice") ?? "";
    const decoded = readInvoice(invoice, context);
    const macaroon = decodeMacaroon(fromBase64(token) ?? new Uint8Array());
    if (decoded === undefined || token === "") continue;
    // Another hash inside of the macaroon would make the paid preimage worthless.
    const hash =
      macaroon?.identifier.length === 66 ? toHex(macaroon.identifier.slice(2, 34)) : decoded.paymentHash;
    if (hash !== decoded.paymentHash) continue;
    const name = scheme.toUpperCase();
    offers.push(
      buildOffer("l402", invoice, decoded, context, (preimage) => [
        "Authorization",
        `${name} ${token}:${preimage}`,
      ]),
    );
  }
  return offers;
}

function readCharge(
  challenge: PaymentChallenge,
  header: string,
  context: PayingContext,
): PayableOffer | undefined {
  if (challenge.method !== "lightning" || challenge.intent !== "charge") return undefined;
  const request = decodeChallengeRequest(challenge.request);
  const details = request?.methodDetails;
  if (request === undefined || !isJsonObject(details) || typeof details.invoice !== "string")
    return undefined;
  const { invoice, paymentHash, network } = details;
  const decoded = readInvoice(invoice, context);
  if (decoded?.amountMsat === undefined) return undefined;
  if (request.amount !== ceilDiv(decoded.amountMsat, 1000n).toString()) return undefined;
  if (request.currency !== "sat" && request.currency !== "BTC") return undefined;
  if (paymentHash !== undefined && paymentHash !== decoded.paymentHash) return undefined;
  if (typeof network === "string" && prefixes[network] !== decoded.prefix) return undefined;
  return buildOffer("mpp", invoice, decoded, context, (preimage) => [
    header,
    formatPaymentCredential({ challenge, payload: { preimage } }),
  ]);
}

/** The invoice, where it asks for an amount and has not expired. */
function readInvoice(invoice: string, context: PayingContext): Bolt11 | undefined {
  const decoded = decodeBolt11(invoice);
  if (decoded?.amountMsat === undefined) return undefined;
  return decoded.timestamp + decoded.expirySeconds > context.now() ? decoded : undefined;
}

function buildOffer(
  wire: PayingWire,
  invoice: string,
  decoded: Bolt11,
  context: PayingContext,
  present: (preimage: string) => CredentialHeader,
): PayableOffer {
  const { wallet, rateMsatPerUsd } = context.lightning ?? { wallet: undefined, rateMsatPerUsd: 1n };
  return {
    wire,
    amountUsd: ceilDiv((decoded.amountMsat ?? 0n) * 1_000_000n, rateMsatPerUsd),
    pay: async () => {
      if (wallet === undefined) throw new TypeError("There is no Lightning wallet");
      const { preimage } = await wallet.payInvoice(invoice);
      if (!/^[0-9a-f]{64}$/i.test(preimage)) {
        throw new PayingError("paid_without_answer", "The wallet paid, but returned no preimage");
      }
      return present(preimage.toLowerCase());
    },
  };
}
