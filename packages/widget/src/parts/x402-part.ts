import { defaultTokens } from "@x402-paywall/core/client";
import { decimal, group } from "./amounts.ts";
import { cut, html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import type { SlipMessages } from "./messages.ts";
import type { Slip, SlipX402 } from "./slip.ts";

/** Names of networks, by CAIP-2 and by the short ones of x402 v1. */
const networks: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(eip155:8453|base)$/, "Base"],
  [/^(eip155:84532|base-sepolia)$/, "Base Sepolia (test)"],
  [/^solana/, "Solana"],
];

/** Dollar tokens of six decimals: one atomic unit is one µUSD. */
export function isDollar({ asset }: SlipX402): boolean {
  return defaultTokens.some((token) => token.asset.toLowerCase() === asset.toLowerCase());
}

export function networkName(network: string): string {
  return networks.find(([pattern]) => pattern.test(network))?.[1] ?? network;
}

/** Dollar tokens are shown as money; of all others only the smallest unit is known. */
function unitsOf(offer: SlipX402): string {
  if (offer.symbol || isDollar(offer))
    return `${group(decimal(BigInt(offer.amount), 6))} ${offer.symbol ?? "USDC"}`;
  return `${group(offer.amount)} × ${cut(offer.assetName || shorten(offer.asset), 24)}`;
}

/** Stablecoin offers in words: what, where, to whom, and who can pay them. */
export function x402Part({ x402, otherMethods }: Slip, messages: SlipMessages): SafeHtml | null {
  if (x402.length === 0 && otherMethods.length === 0) return null;
  const { title, how, other } = messages.x402;
  const names = otherMethods.slice(0, 6).map((name) => cut(name, 24));
  const coins = html`<h2>${title}</h2>
    <ul class="coins">
      ${x402.slice(0, 6).map((offer) => offerLine(offer, messages))}
    </ul>
    <p class="note">${how}</p>`;
  return html`${x402.length === 0 ? null : coins}
  ${names.length === 0 ? null : html`<p class="note">${other} <bdi>${names.join(", ")}</bdi></p>`}`;
}

function offerLine(offer: SlipX402, { x402: { upTo, to } }: SlipMessages): SafeHtml {
  return html`<li>
    <span class="units">${offer.scheme === "upto" ? `${upTo} ` : ""}${unitsOf(offer)}</span>
    <bdi>${cut(offer.networkName ?? networkName(offer.network), 40)}</bdi>
    <span class="payee">${to} <code dir="ltr" title="${offer.payTo}">${shorten(offer.payTo)}</code></span>
  </li>`;
}

function shorten(address: string): string {
  return address.length <= 16 ? address : `${address.slice(0, 8)}…${address.slice(-6)}`;
}
