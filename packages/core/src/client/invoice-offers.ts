import { fromBase64, fromBase64Url } from "../base64.ts";
import { fromUtf8, toHex } from "../bytes.ts";
import { isJsonObject } from "../canonical-json.ts";
import type { Json } from "../canonical-json.ts";
import { ceilDiv } from "../money.ts";
import type { Msat } from "../money.ts";
import { parseAuthElements } from "../wire/auth-params.ts";
import { readBolt11Payment } from "../wire/bolt11.ts";
import { decodeMacaroon } from "../wire/macaroon-codec.ts";
import { formatPaymentCredential, parsePaymentChallenges } from "../wire/payment-auth.ts";
import type { PaymentChallenge } from "../wire/payment-auth.ts";
import type { CredentialHeader } from "./payable-offer.ts";

/** A Lightning invoice that a 402 asks for, over the wire that its preimage is shown on. */
export interface InvoiceOffer {
  readonly wire: "l402" | "mpp";
  readonly bolt11: string;
  /** Of the invoice's network: `bc`, `tb`, `tbs` or `bcrt`. */
  readonly prefix: string;
  /** 32 bytes, lower-case hex. */
  readonly paymentHash: string;
  readonly amountMsat: Msat;
  /** When the invoice ends, Unix seconds. */
  readonly expiresAt: number;
  /** L402's macaroon as it is on the wire; empty for MPP. */
  readonly token: string;
  /** The header that shows the payment; the preimage as lower-case hex. */
  readonly present: (preimage: string) => CredentialHeader;
}

const prefixes: Readonly<Record<string, string>> = {
  mainnet: "bc",
  testnet: "tb",
  signet: "tbs",
  regtest: "bcrt",
};

/**
 * Lightning offers of a `WWW-Authenticate` value, L402 before MPP. The invoice is what a wallet will pay, so that its
 * amount counts; an offer whose own words say something else, or whose invoice has expired, is left out.
 * @param options.now Unix seconds.
 * @param options.authorizationTaken The request has an `Authorization` of its own, which L402 would replace.
 */
export function readInvoiceOffers(
  value: string,
  options: { readonly now: number; readonly authorizationTaken: boolean },
): readonly InvoiceOffer[] {
  const { now, authorizationTaken } = options;
  const l402 = authorizationTaken ? [] : readL402(value, now);
  const header = authorizationTaken ? "Payment-Authorization" : "Authorization";
  const mpp = parsePaymentChallenges(value).map((challenge) => readCharge(challenge, header, now));
  return [...l402, ...mpp.filter((offer) => offer !== undefined)];
}

function readL402(value: string, now: number): readonly InvoiceOffer[] {
  const offers: InvoiceOffer[] = [];
  for (const { scheme, params } of parseAuthElements(value) ?? []) {
    if (scheme !== "l402" && scheme !== "lsat") continue;
    const token = params.get("macaroon") ?? params.get("token") ?? "";
    const bolt11 = params.get("invoice") ?? "";
    const invoice = readInvoice(bolt11, now);
    const macaroon = decodeMacaroon(fromBase64(token) ?? new Uint8Array());
    if (invoice === undefined || token === "") continue;
    // Another hash inside of the macaroon would make the paid preimage worthless.
    const hash =
      macaroon?.identifier.length === 66 ? toHex(macaroon.identifier.slice(2, 34)) : invoice.paymentHash;
    if (hash !== invoice.paymentHash) continue;
    const name = scheme.toUpperCase();
    const present = (preimage: string) => ["Authorization", `${name} ${token}:${preimage}`] as const;
    offers.push({ wire: "l402", bolt11, ...invoice, token, present });
  }
  return offers;
}

function readCharge(challenge: PaymentChallenge, header: string, now: number): InvoiceOffer | undefined {
  if (challenge.method !== "lightning" || challenge.intent !== "charge") return undefined;
  const request = readRequest(challenge.request);
  const details = isJsonObject(request) ? request.methodDetails : undefined;
  if (!isJsonObject(request) || !isJsonObject(details) || typeof details.invoice !== "string")
    return undefined;
  const { invoice: bolt11, paymentHash, network } = details;
  const invoice = readInvoice(bolt11, now);
  if (invoice === undefined) return undefined;
  if (request.amount !== ceilDiv(invoice.amountMsat, 1000n).toString()) return undefined;
  if (request.currency !== "sat" && request.currency !== "BTC") return undefined;
  if (paymentHash !== undefined && paymentHash !== invoice.paymentHash) return undefined;
  if (typeof network === "string" && prefixes[network] !== invoice.prefix) return undefined;
  const present = (preimage: string) =>
    [header, formatPaymentCredential({ challenge, payload: { preimage } })] as const;
  return { wire: "mpp", bolt11, ...invoice, token: "", present };
}

/** As lenient as `JSON.parse`, because browsers load this: what is paid is read from the invoice. */
function readRequest(encoded: string): Json | undefined {
  try {
    return JSON.parse(fromUtf8(fromBase64Url(encoded) ?? new Uint8Array()) ?? "");
  } catch {
    return undefined;
  }
}

/** The invoice, where it asks for an amount and has not expired. */
function readInvoice(
  bolt11: string,
  now: number,
): Pick<InvoiceOffer, "prefix" | "paymentHash" | "amountMsat" | "expiresAt"> | undefined {
  const decoded = readBolt11Payment(bolt11);
  if (decoded?.amountMsat === undefined) return undefined;
  const { prefix, paymentHash, amountMsat, timestamp, expirySeconds } = decoded;
  const expiresAt = timestamp + expirySeconds;
  return expiresAt > now ? { prefix, paymentHash, amountMsat, expiresAt } : undefined;
}
