import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keccak256, toBytes, toFunctionSelector } from "viem";
import { describe, expect, it } from "vitest";
import { type FakeChain, openFakeChain } from "../../testing/chains.ts";
import { findWayOut, hasWayOut } from "./find-way-out.ts";

const address = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const implementation = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc";
const word = `0x${"0".repeat(24)}${implementation.slice(2)}`;
/** A dispatcher with one function. */
const codeWith = (selector: string) => `0x60806040523463${selector}14601157fe`;
const nothing = codeWith("deadbeef");
const execute = codeWith("b61d27f6");
const slot = (name: string) => {
  const value = (BigInt(keccak256(toBytes(name))) - 1n).toString(16).padStart(64, "0");
  return `0x${value}`;
};

const find = (code: string, chain: FakeChain = {}) => findWayOut(openFakeChain(chain), address, code);

describe("a way out of a contract", () => {
  it("is known by selectors that are those of their signatures", () => {
    const source = readFileSync(join(import.meta.dirname, "find-way-out.ts"), "utf8");
    const rows = [...source.matchAll(/"([0-9a-f]{8})", \/\/ ([^\s:]+)/g)];
    expect(rows.length).toBeGreaterThan(25);
    for (const [, selector, signature] of rows)
      expect(toFunctionSelector(`${signature}`), signature).toBe(`0x${selector}`);
    expect(toFunctionSelector("totalSupply()")).toBe("0x18160ddd");
    for (const name of ["eip1967.proxy.implementation"]) expect(source).toContain(slot(name));
    for (const name of ["PROXIABLE", "org.zeppelinos.proxy.implementation"])
      expect(source).toContain(keccak256(toBytes(name)));
  });

  it("is found in the bytecode, at a whole byte", async () => {
    expect(await find(execute)).toBe(true);
    expect(await find(execute.toUpperCase().replace("0X", "0x"))).toBe(true);
    expect(await find(nothing)).toBe(false);
    expect(hasWayOut("0x0b61d27f60")).toBe(false);
  });

  it("is none where a token moves only itself", () => {
    const token = `${codeWith("a9059cbb")}6318160ddd`;
    expect(hasWayOut(codeWith("a9059cbb"))).toBe(true);
    expect(hasWayOut(token)).toBe(false);
    expect(hasWayOut(`${token}63b2118a8d`)).toBe(true);
  });

  it.each([
    ["EIP-1967", { [slot("eip1967.proxy.implementation")]: word }, nothing],
    ["EIP-1822", { [keccak256(toBytes("PROXIABLE"))]: word }, nothing],
    ["Safe", { [`0x${"0".repeat(64)}`]: word }, nothing],
    ["EIP-1167", {}, `0x363d3d373d3d3d363d73${implementation.slice(2)}5af43d82803e903d91602b57fd5bf3`],
  ])("is looked for behind a proxy: %s", async (_, storage, code) => {
    expect(await find(code, { storage, code: { [implementation]: execute } })).toBe(true);
    expect(await find(code, { storage, code: { [implementation]: nothing } })).toBe(false);
    expect(await find(code, { storage })).toBe(false);
  });

  it("is not read out of the first slot of a large contract, which is any value", async () => {
    const storage = { [`0x${"0".repeat(64)}`]: word };
    const large = nothing + "00".repeat(1_001);
    expect(await find(large, { storage, code: { [implementation]: execute } })).toBe(false);
  });

  it("ends where proxies lead in a circle", async () => {
    const storage = { [slot("eip1967.proxy.implementation")]: word };
    expect(await find(nothing, { storage, code: { [implementation]: nothing } })).toBe(false);
  });

  it("is not known where the chain does not answer", async () => {
    await expect(find(nothing, { down: true })).rejects.toThrow();
  });
});
