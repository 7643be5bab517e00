import { assert, property, stringMatching, nat } from "fast-check";
import { describe, expect, it } from "vitest";
import { getAddress } from "viem";
import { payoutAddress } from "./payout-address.ts";

const own = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

function read(text: string): string {
  const parsed = payoutAddress.safeParse(text);
  return parsed.success ? parsed.data.address : (parsed.error.issues[0]?.message ?? "");
}

describe("an address that is pasted", () => {
  it.each([own, own.toLowerCase(), `0x${own.slice(2).toUpperCase()}`, `  ${own}\n`])("is %j", (text) => {
    expect(read(text)).toBe(own);
  });

  it("says whether it carried a checksum", () => {
    expect(payoutAddress.parse(own).hadChecksum).toBe(true);
    expect(payoutAddress.parse(own.toLowerCase()).hadChecksum).toBe(false);
  });

  it.each([
    ["", "Paste an address"],
    ["ada.eth", "Names such as ada.eth are not looked up"],
    ["pay.ada.base.eth", "Names such as"],
    ["base:0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "only the part that starts with 0x"],
    ["eip155:8453:0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "only the part that starts with 0x"],
    ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "starts with 0x"],
    ["70997970C51812dc3A010C7d01b50e0d17dc79C8", "starts with 0x"],
    [own.slice(0, -1), "39 characters behind 0x"],
    [`${own}0`, "41 characters"],
    [own.replace("9", "g"), "only digits and the letters a to f"],
    [own.replace("9", "8"), "EIP-55"],
    [own.replace("C5", "c5"), "EIP-55"],
    [`0x${"0".repeat(40)}`, "zero address"],
    [`0x${"0".repeat(38)}04`, "belongs to the chain itself"],
    ["0x000000000000000000000000000000000000dEaD", "belongs to the chain itself"],
    ["0x000000000022D473030F116dDEE9F6B43aC78BA3", "everybody uses"],
    ["0x402085c248EeA27D92E8b30b2C58ed07f9E20001", "everybody uses"],
    [`0x${"5".repeat(64)}`, "private key"],
    ["5".repeat(64), "private key"],
    ["abandon ability able about above absent absorb abstract absurd abuse access accident", "secret words"],
    ["x".repeat(1_001), "too long"],
  ])("is refused with what to do: %j", (text, words) => {
    expect(read(text)).toContain(words);
  });

  it("never repeats a secret", () => {
    for (const secret of ["a1".repeat(32), "abandon ".repeat(12).trim()])
      expect(read(secret)).not.toContain(secret);
  });

  it("is written as viem writes it, and differs from it in no letter's case", () => {
    assert(
      property(stringMatching(/^[0-9a-f]{40}$/), nat(39), (digits, index) => {
        const right = getAddress(`0x${digits}`);
        if (BigInt(right) <= 0xffffn) return;
        expect(read(`0x${digits}`)).toBe(right);
        const at = index + 2;
        const letter = right.charAt(at);
        const flipped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        const changed = right.slice(0, at) + flipped + right.slice(at + 1);
        const letters = changed.slice(2).replaceAll(/\d/g, "");
        const mixed = letters !== letters.toLowerCase() && letters !== letters.toUpperCase();
        if (changed !== right && mixed) expect(read(changed)).toContain("EIP-55");
      }),
    );
  });
});
