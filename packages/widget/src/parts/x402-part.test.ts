import { expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { pageInput } from "../../cases/page-inputs.ts";
import { english } from "../page/page-messages.ts";
import { slipOfPage } from "../page/slip-of-page.ts";
import type { Slip, SlipX402 } from "./slip.ts";
import { x402Part } from "./x402-part.ts";

const [usual] = slipOfPage(pageInput(), english).x402;
const part = (changes: Partial<SlipX402>, slip: Partial<Slip> = {}): string => {
  const x402 = usual === undefined ? [] : [{ ...usual, ...changes }];
  return x402Part({ ...slipOfPage(pageInput(), english), x402, ...slip }, english)?.safe ?? "";
};
const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

test.each<[string, Partial<SlipX402>]>([
  ["0.01 USDC Base Sepolia (test) to 0x209693…12287C", {}],
  ["0.01 USDC Base Sepolia (test)", { network: "base-sepolia" }],
  ["up to 0.01 USDC", { scheme: "upto" }],
  ["1,000 × EURC", { asset: "0x1", assetName: "EURC", amount: "1000" }],
  [
    "10,000 × EPjFWdd5…yTDt1v Solana",
    {
      network: "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
      asset: "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
      assetName: "",
    },
  ],
  ["eip155:999999", { network: "eip155:999999" }],
])("%s", (words, changes) => {
  expect(text(part(changes))).toContain(words);
});

test("nothing to show is nothing; methods of other wires are named", () => {
  expect(x402Part({ ...slipOfPage(pageInput({ evm: [] }), english) }, english)).toBeNull();
  expect(text(part({}, { otherMethods: ["stripe", "tempo"] }))).toContain("not payable here: stripe, tempo");
});

test.each(hostileTexts)("%s stays text, in each field", (_, hostile) => {
  const html = part(
    { network: hostile, asset: hostile, payTo: hostile, assetName: hostile },
    { otherMethods: [hostile] },
  );
  expect(html.replaceAll(/<\/?(h2|ul|li|span|bdi|code|p)( [a-z]+="[^"<>]*")*>/g, "")).not.toMatch(/[<>]/);
});
