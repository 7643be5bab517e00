import { createRequire } from "node:module";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { fromHex, toHex, utf8 } from "../bytes.ts";
import { decodeMacaroon, encodeMacaroon } from "./macaroon-codec.ts";
import { addCaveat, mintMacaroon, verifyMacaroonChain } from "./macaroon.ts";

/** The part of the npm package `macaroon` that is used as the independent side. It has no types of its own. */
interface Independent {
  newMacaroon(input: { identifier: Uint8Array; location?: string; rootKey: Uint8Array; version: 2 }): Peer;
  importMacaroon(bytes: Uint8Array): Peer;
}
interface Peer {
  readonly signature: Uint8Array;
  readonly caveats: readonly { readonly identifier: Uint8Array }[];
  addFirstPartyCaveat(caveat: string): void;
  exportBinary(): Uint8Array;
  verify(rootKey: Uint8Array, check: (caveat: string) => string | null): void;
}
const independent: Independent = createRequire(import.meta.url)("macaroon");

const rootKey = utf8("root key of any length");
const identifier = new Uint8Array(66).fill(5);
const caveat = () => fc.stringMatching(/^[a-z_]{1,20}=[ -~]{0,200}$/);

describe("against the independent library", () => {
  // With two caveats and more its writer takes gigabytes (it doubles its buffer each time), so that its reader must do.
  it.each([[[]], [["services=weather:0"]]])("writes the same bytes with caveats %j", (caveats) => {
    const ours = mintMacaroon({ rootKey, identifier, location: "here", caveats }, nodeCrypto);
    const theirs = independent.newMacaroon({ identifier, location: "here", rootKey, version: 2 });
    for (const text of caveats) theirs.addFirstPartyCaveat(text);
    expect(toHex(encodeMacaroon(ours))).toBe(toHex(theirs.exportBinary()));
    expect(decodeMacaroon(theirs.exportBinary())).toEqual(ours);
  });
  it("reads and verifies what we write", () => {
    fc.assert(
      fc.property(
        fc.array(caveat(), { maxLength: 8 }),
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        (caveats, id) => {
          const ours = mintMacaroon({ rootKey, identifier: id, caveats }, nodeCrypto);
          const theirs = independent.importMacaroon(encodeMacaroon(ours));
          expect(theirs.caveats.map((entry) => Buffer.from(entry.identifier).toString())).toEqual(caveats);
          const seen: string[] = [];
          theirs.verify(rootKey, (text) => {
            seen.push(text);
            return null;
          });
          expect(seen).toEqual(caveats);
          theirs.addFirstPartyCaveat("preimage=00");
          expect(addCaveat(ours, "preimage=00", nodeCrypto).signature).toEqual(theirs.signature);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("decodeMacaroon", () => {
  const macaroon = mintMacaroon({ rootKey, identifier, caveats: ["a=1", "b=ü"] }, nodeCrypto);
  const bytes = encodeMacaroon(macaroon);
  const hex = toHex(bytes);

  it("round trips", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 5 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        (caveats, id, location) => {
          const minted = mintMacaroon(
            { rootKey, identifier: id, caveats, ...(location === undefined ? {} : { location }) },
            nodeCrypto,
          );
          expect(decodeMacaroon(encodeMacaroon(minted))).toEqual(minted);
        },
      ),
    );
  });
  it("is strict: what it takes, with no caveat locations, encodes to the same bytes", () => {
    const mutated = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, byte]) => bytes.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 120 })), (candidate) => {
        const decoded = decodeMacaroon(candidate);
        if (decoded) expect(toHex(encodeMacaroon(decoded))).toBe(toHex(candidate));
      }),
      { numRuns: 500 },
    );
  });
  it.each([
    ["version 1", `01${hex.slice(2)}`],
    ["something after the signature", `${hex}00`],
    ["a signature of 31 bytes", hex.replace("0620", "061f").slice(0, -2)],
    ["no signature", hex.slice(0, -68)],
    ["a length that is not minimal", hex.replace("0242", "02c200")],
    ["a length of three groups", hex.replace("0242", "02c28000")],
    ["a third-party caveat", hex.replace("0203613d3100", "0203613d3104010000")],
    ["invalid UTF-8 in a caveat", hex.replace("613d31", "61c031")],
    ["nothing", ""],
  ])("refuses %s", (_name, changed) => {
    expect(changed).not.toBe(hex);
    expect(decodeMacaroon(fromHex(changed) ?? new Uint8Array())).toBeUndefined();
  });
  it("takes and drops the location of a caveat", () => {
    const located = hex.replace("0203613d3100", "0101780203613d3100");
    expect(decodeMacaroon(fromHex(located) ?? new Uint8Array())).toEqual(macaroon);
  });
  it("refuses 10,000 caveats at once", () => {
    const many = `020242${"05".repeat(66)}00${"0203613d3100".repeat(10_000)}000620${"00".repeat(32)}`;
    const started = performance.now();
    expect(decodeMacaroon(fromHex(many) ?? new Uint8Array())).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(50);
    expect(() =>
      encodeMacaroon({ ...macaroon, caveats: Array.from({ length: 10_000 }, () => "a=1") }),
    ).toThrow(RangeError);
  });
});

describe("verifyMacaroonChain", () => {
  const macaroon = mintMacaroon({ rootKey, identifier, caveats: ["a=1", "b=2"] }, nodeCrypto);
  it("takes what was minted and what was appended", () => {
    expect(verifyMacaroonChain(macaroon, rootKey, nodeCrypto)).toBe(true);
    expect(verifyMacaroonChain(addCaveat(macaroon, "c=3", nodeCrypto), rootKey, nodeCrypto)).toBe(true);
  });
  it("refuses another root key, and caveats changed, dropped, added or swapped", () => {
    expect(verifyMacaroonChain(macaroon, utf8("another"), nodeCrypto)).toBe(false);
    for (const caveats of [["a=1", "b=3"], ["a=1"], [], ["b=2", "a=1"], ["a=1", "b=2", "c=3"]]) {
      expect(verifyMacaroonChain({ ...macaroon, caveats }, rootKey, nodeCrypto)).toBe(false);
    }
    expect(verifyMacaroonChain({ ...macaroon, identifier: identifier.with(0, 6) }, rootKey, nodeCrypto)).toBe(
      false,
    );
    expect(
      verifyMacaroonChain({ ...macaroon, signature: macaroon.signature.slice(1) }, rootKey, nodeCrypto),
    ).toBe(false);
  });
});
