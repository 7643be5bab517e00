import { formatUsd, isJsonObject, type Json, parseJson, parsePaymentRequired } from "@x402-paywall/core";
import { type PayingWire, readInvoiceOffers } from "@x402-paywall/core/client";

/** One way in which a 402 can be paid, as far as it says so. */
export interface OfferView {
  readonly wire: PayingWire;
  /** What is asked, for a person: `0.01 USDC`, `10 sat`. */
  readonly amount: string;
  /** CAIP-2, or `bitcoin:` and the prefix of the invoice. */
  readonly network: string;
  /** Moves no money: the sandbox's own networks. */
  readonly isTest: boolean;
  /** x402 `exact`, and any Lightning invoice; other schemes are not signed here. */
  readonly isKnown: boolean;
}

/** What a 402 says, read with no trust in it. */
export interface ChallengeView {
  readonly offers: readonly OfferView[];
  readonly mode: "test" | "live" | undefined;
  /** Decimal dollars, where the body says it. */
  readonly usd: string | undefined;
  /** Why, where a credential was refused. */
  readonly detail: string | undefined;
  /** Where the server's own TEST wallet takes invoices. */
  readonly sandboxPay: string | undefined;
}

/** Base Sepolia, whose payments the sandbox takes, and the prefix of regtest invoices. */
export const TEST_NETWORK = "eip155:84532";
export const TEST_INVOICE = "bcrt";

/** @param now Unix seconds. */
export function readChallenge(headers: Headers, body: string, now: number): ChallengeView {
  const json = parseJson(body);
  const problem = isJsonObject(json) ? json : {};
  const links = isJsonObject(problem.links) ? problem.links : {};
  const price = isJsonObject(problem.price) ? problem.price : {};
  return {
    offers: [...readX402(headers.get("payment-required") ?? ""), ...readInvoices(headers, now)],
    mode: problem.mode === "test" || problem.mode === "live" ? problem.mode : undefined,
    usd: textOf(price.usd),
    detail: textOf(problem.detail) ?? textOf(problem.error) ?? textOf(problem.title),
    sandboxPay: textOf(links.sandboxPay),
  };
}

function readX402(value: string): readonly OfferView[] {
  return (parsePaymentRequired(value)?.accepts ?? []).map(({ scheme, network, amount, asset, extra }) => {
    const plain = extra.assetTransferMethod === undefined || extra.assetTransferMethod === "eip3009";
    const isUsdc = /USDC|USD Coin/.test(extra.name ?? "");
    return {
      wire: "x402",
      amount: isUsdc ? `${formatUsd(BigInt(amount))} USDC` : `${amount} units of ${asset}`,
      network,
      isTest: network === TEST_NETWORK,
      isKnown: scheme === "exact" && plain,
    };
  });
}

function readInvoices(headers: Headers, now: number): readonly OfferView[] {
  const options = { now, authorizationTaken: false };
  return readInvoiceOffers(headers.get("www-authenticate") ?? "", options).map(
    ({ wire, prefix, amountMsat }) => ({
      wire,
      amount: `${(amountMsat + 999n) / 1000n} sat`,
      network: `bitcoin:${prefix}`,
      isTest: prefix === TEST_INVOICE,
      isKnown: true,
    }),
  );
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" && json !== "" ? json : undefined;
}
