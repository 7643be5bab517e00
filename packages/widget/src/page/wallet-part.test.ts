import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { pageInput } from "../../cases/page-inputs.ts";
import { base, baseSepolia, evmChains, permit, polygon } from "../../cases/wallet-shop.ts";
import { english, renderPaymentPage, walletScript } from "../index.ts";
import type { PaymentPageInput } from "../index.ts";
import { readWalletOffers } from "../wallet/wallet-offer.ts";
import { readWalletMessages } from "../parts/wallet-messages.ts";

const live: Partial<PaymentPageInput> = {
  mode: "live",
  sandboxPayUrl: null,
  walletScriptUrl: "/p/weather/.wallet.js?v=1",
  evmChains,
  evm: [base],
};
const render = (changes: Partial<PaymentPageInput> = {}, messages = english) =>
  renderPaymentPage(pageInput({ ...live, ...changes }), messages).html;

/** The text of an element of ours, as a browser would read it. */
function textOf(html: string, id: string): string {
  const text = new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? "";
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

describe("the wallet's button", () => {
  test("is quiet beside Lightning, and the first thing to do without it", () => {
    expect(render()).toMatch(
      /class="go quiet"\s+id="wallet-pay"[^>]*hidden\s*>\s*Pay with a wallet \(USDC\)/,
    );
    const alone = render({ lightning: null });
    expect(alone).toMatch(/class="go "\s+id="wallet-pay"/);
    // What is about to be signed is said before, and an agent's part is folded.
    expect(alone).toContain('<span class="units">0.01 USDC</span>');
    expect(alone).not.toMatch(/<details open|cannot pay here/);
    expect(alone).toContain("Your payment stays good until it is delivered.");
  });

  test.each<[string, Partial<PaymentPageInput>]>([
    ["no script", { walletScriptUrl: undefined } as object],
    ["no offer", { evm: [] }],
    ["a maximum alone", { evm: [{ ...base, scheme: "upto" }] }],
    ["a chain of another kind", { evm: [{ ...base, network: "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp" }] }],
    ["a method that no browser opens", { method: "POST" }],
  ])("is not there for %s", (_, changes) => {
    expect(render(changes)).not.toContain('id="wallet-pay"');
  });

  test("the policy of the page is the same", () => {
    expect(renderPaymentPage(pageInput(live)).csp).toBe(
      renderPaymentPage(pageInput({ sandboxPayUrl: null })).csp,
    );
  });

  test("offers of a fixed amount are written down whole, with the names of their networks", () => {
    const evm = [
      { ...base, scheme: "upto" } as const,
      base,
      polygon,
      permit,
      { ...base, network: "eip155:99" },
    ];
    const quote = { ...pageInput().quote, expiresAt: 1_790_000_500 };
    expect(readWalletOffers(textOf(render({ evm, quote }), "wallet-offers"))).toEqual({
      test: false,
      expiresAt: 1_790_000_500,
      offers: [
        { requirements: base, network: "Base", symbol: "USDC", chain: evmChains["eip155:8453"] },
        { requirements: polygon, network: "Polygon", symbol: "USDC", chain: evmChains["eip155:137"] },
        { requirements: permit, network: "Base Sepolia", symbol: "USDC", chain: evmChains["eip155:84532"] },
        {
          requirements: { ...base, network: "eip155:99" },
          network: "eip155:99",
          symbol: "USDC",
          chain: null,
        },
      ],
    });
  });

  test("tokens of our own networks are shown as money", () => {
    expect(render({ evm: [polygon] })).toMatch(/0\.01 USDC<\/span>\s*<bdi>Polygon<\/bdi>/);
  });

  test.each(hostileTexts)("%s in an offer stays text", (_, text) => {
    const evm = [{ ...baseSepolia, extra: { ...baseSepolia.extra, name: text } }];
    const html = render({ evm });
    expect(readWalletOffers(textOf(html, "wallet-offers")).offers).toHaveLength(1);
    expect(html.match(/<script/g)).toHaveLength(1);
  });
});

describe("words", () => {
  test("are in the script in English, in the page in another language", () => {
    expect(render()).not.toContain('id="wallet-words"');
    const wallet = { ...english.wallet, title: 'Бумажник "1"' };
    const html = render({}, { ...english, wallet });
    expect(readWalletMessages(textOf(html, "wallet-words"))).toEqual(wallet);
    expect(readWalletMessages("")).toBe(english.wallet);
    expect(readWalletMessages("null")).toBe(english.wallet);
  });

  test("each phase has its own", () => {
    const phases = Object.values(english.wallet.phases);
    expect(new Set(phases).size).toBe(phases.length);
  });

  test("what is no list of offers holds none", () => {
    for (const text of ["", "{", "null", "[]", '{"offers":1}'])
      expect(readWalletOffers(text).offers).toEqual([]);
  });
});

test("the script is at most 12 kB gzipped, and names no other origin", () => {
  expect(gzipSync(walletScript, { level: 9 }).length).toBeLessThanOrEqual(12_000);
  expect(walletScript).not.toMatch(/import\s*\(|https?:\/\/(?!$)[a-z]/);
});
