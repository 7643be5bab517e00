import type { MicroUsd, Mode, Msat, Terms } from "@x402-paywall/core";
import type { Choice } from "./choice.ts";

/**
 * What a 402 says to a person, as a till slip: the server's page fills it from its own quote, the element from the answer
 * of any server. All texts are plain text of any content.
 */
export interface Slip {
  readonly title: string;
  readonly description: string;
  /** Who is paid: a creator's name, or the host where nothing else is known. */
  readonly seller: string;
  readonly mode: Mode;
  /** `undefined` where only an invoice says what it costs. */
  readonly amount: MicroUsd | undefined;
  /** What the invoice asks for, else what the amount is worth. */
  readonly msat: Msat | undefined;
  /** What the amount buys, where that is known. */
  readonly terms: Terms | undefined;
  /** The same, or the price, in words. */
  readonly buys: string;
  readonly lightning: SlipLightning | null;
  readonly x402: readonly SlipX402[];
  /** Payment methods that are offered and that no part of ours can pay. */
  readonly otherMethods: readonly string[];
  readonly method: string;
  /** Public and absolute. */
  readonly resourceUrl: string;
  /** Where the bought thing is opened. */
  readonly resourcePath: string;
  /** Where a new quote for the same amount comes from. */
  readonly offerPath: string;
  /** Empty where the server has none of it. */
  readonly statusUrl: string;
  readonly unlockUrl: string;
  readonly sandboxPayUrl: string;
  readonly choice: Choice | undefined;
  /** Why the last credential was refused. */
  readonly problem: { readonly title: string; readonly detail: string } | null;
  /** Until the offer ends, when it is shown. */
  readonly secondsLeft: number;
}

export interface SlipLightning {
  readonly bolt11: string;
  readonly paymentHash: string;
  /** Of L402; empty for another wire. */
  readonly token: string;
}

/** One x402 offer as it is on the wire, v1 and v2 alike. */
export interface SlipX402 {
  readonly scheme: string;
  readonly network: string;
  /** Atomic units. */
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  /** What the offer calls its token. */
  readonly assetName: string;
  /** Our own server's word for the network; foreign offers have none. */
  readonly networkName?: string;
  /** Our own server's word that it is a dollar token of six decimals. */
  readonly symbol?: string;
}

/** Terms of a payment that adds to what somebody has. */
export type TopUpTerms = Exclude<Terms, { readonly kind: "use" }> & { readonly into: string };

/** The terms of a top-up; `undefined` for every other payment. */
export function topUpOf(terms: Terms | undefined): TopUpTerms | undefined {
  if (terms === undefined || terms.kind === "use" || terms.into === undefined) return undefined;
  return { ...terms, into: terms.into };
}
