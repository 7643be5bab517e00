import {
  createKeyRing,
  decodeChallengeRequest,
  eip3009PaymentKey,
  formatPaymentCredential,
  isJsonObject,
  lightningPaymentKey,
  parsePaymentChallenges,
  parsePaymentPayload,
  parsePaymentRequired,
} from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import { createSandboxWallet, loadCurve } from "@x402-paywall/proxy/rails/sandbox";
import type { SandboxPayment } from "@x402-paywall/proxy/rails/sandbox";
import { signPayment } from "../../lib/payer.ts";
import type { Credential } from "../checker/histories.ts";
import type { RawAnswer, Resource } from "./present.ts";
import type { RailLedger } from "./rail-ledger.ts";

export const wires = ["x402", "l402", "mpp"] as const;
export type Wire = (typeof wires)[number];

/** A credential with the header that presents it. */
export interface MintedCredential extends Credential {
  readonly resource: Resource;
  readonly headers: Readonly<Record<string, string>>;
  /** An invoice that is yet to be paid. */
  readonly bolt11?: string;
}

/** Pays an offer of a 402, one of the ways that its wallet knows. */
export type Mint<Way extends string = Wire> = (
  resource: Resource,
  way: Way,
  challenge: RawAnswer,
) => MintedCredential | Promise<MintedCredential>;

/** A wallet for each wire. What it pays over Lightning is in the ledger at once: that money needs no gateway. */
export async function openWallets(secretKey: Uint8Array, ledger: RailLedger): Promise<Mint> {
  const keys = createKeyRing([secretKey], nodeCrypto);
  const curve = await loadCurve();
  const wallet = createSandboxWallet({ keys, crypto: nodeCrypto, clock: Date.now, curve });
  let count = 0;

  const payInvoice = (bolt11: string): SandboxPayment & { readonly paymentKey: string } => {
    const paid = wallet.payInvoice(bolt11);
    const paymentKey = lightningPaymentKey("regtest", paid.paymentHash);
    ledger.notePaid({ paymentKey, paymentHash: paid.paymentHash, amount: paid.amount });
    return { ...paid, paymentKey };
  };
  return (resource, wire, { status, headers }) => {
    const name = `${wire}-${++count}`;
    const base = { name, wire, slug: resource.slug, resource };
    const offers = [headers["www-authenticate"] ?? ""].flat().join(", ");
    if (wire === "x402") {
      const payment = signX402(String(headers["payment-required"] ?? ""));
      return { ...base, ...payment };
    }
    const offer = wire === "l402" ? readL402(offers) : readMpp(offers);
    if (offer === undefined) throw new Error(`No ${wire} offer in a ${status} of ${resource.slug}`);
    const { paymentKey, amount, preimage } = payInvoice(offer.bolt11);
    return { ...base, paymentKey, amount, headers: { authorization: offer.present(preimage) } };
  };
}

interface LightningOffer {
  readonly bolt11: string;
  readonly present: (preimage: string) => string;
}

function signX402(required: string): Pick<MintedCredential, "paymentKey" | "amount" | "headers"> {
  const accepted = parsePaymentRequired(required)?.accepts.find(({ scheme }) => scheme === "exact");
  if (accepted === undefined) throw new Error("No x402 offer");
  const header = signPayment(accepted);
  const payload = parsePaymentPayload(header)?.payload;
  const authorization = payload?.["authorization"];
  if (authorization === undefined || !isJsonObject(authorization)) throw new Error("An odd payment");
  const { from, nonce } = authorization;
  if (typeof from !== "string" || typeof nonce !== "string") throw new Error("An odd authorization");
  return {
    paymentKey: eip3009PaymentKey(accepted.network, accepted.asset, from, nonce),
    amount: BigInt(accepted.amount),
    headers: { "payment-signature": header },
  };
}

/** The invoice of a 402 and what presents it. */
export function readL402(offers: string): LightningOffer | undefined {
  const macaroon = /macaroon="([^"]+)"/.exec(offers)?.[1];
  const bolt11 = /invoice="([^"]+)"/.exec(offers)?.[1];
  if (macaroon === undefined || bolt11 === undefined) return undefined;
  return { bolt11, present: (preimage) => `L402 ${macaroon}:${preimage}` };
}

function readMpp(offers: string): LightningOffer | undefined {
  const challenge = parsePaymentChallenges(offers).find(({ method }) => method === "lightning");
  const details = challenge && decodeChallengeRequest(challenge.request)?.methodDetails;
  if (challenge === undefined || !isJsonObject(details) || typeof details.invoice !== "string")
    return undefined;
  return {
    bolt11: details.invoice,
    present: (preimage) => formatPaymentCredential({ challenge, payload: { preimage } }),
  };
}
