import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Price } from "./price.ts";
import { formatTerms, parseTerms, termsOf } from "./terms.ts";
import type { Terms } from "./terms.ts";

const metered: Price = {
  model: "metered",
  rates: { outputToken: 1n },
  deposit: 100n,
  validSeconds: 60,
  minimum: 0n,
  cap: null,
  clampOutput: true,
  onLeave: "cancel",
};

describe("termsOf", () => {
  it.each<[Price, Terms]>([
    [{ model: "per-request", amount: 1n }, { kind: "use" }],
    [{ model: "computed", expression: "1", maximum: 1n }, { kind: "use" }],
    [{ model: "pay-what-you-want", minimum: 1n, suggested: 1n }, { kind: "use" }],
    [
      { model: "bundle", amount: 1n, uses: 10, validSeconds: 60 },
      { kind: "uses", uses: 10, seconds: 60 },
    ],
    [
      { model: "pass", amount: 1n, seconds: 60, maxUses: null },
      { kind: "pass", seconds: 60 },
    ],
    [
      { model: "pass", amount: 1n, seconds: 60, maxUses: 5 },
      { kind: "uses", uses: 5, seconds: 60 },
    ],
    [metered, { kind: "balance", seconds: 60 }],
  ])("of %o", (price, terms) => {
    expect(termsOf(price)).toEqual(terms);
  });
});

describe("formatTerms", () => {
  const cases: readonly [string, Terms][] = [
    ["u", { kind: "use" }],
    ["n10.60", { kind: "uses", uses: 10, seconds: 60 }],
    ["n10.60.ent_A", { kind: "uses", uses: 10, seconds: 60, into: "ent_A" }],
    ["n10.60.7", { kind: "uses", uses: 10, seconds: 60, into: "7" }],
    ["p86400", { kind: "pass", seconds: 86_400 }],
    ["p86400.5", { kind: "pass", seconds: 86_400, into: "5" }],
    ["b60", { kind: "balance", seconds: 60 }],
    ["b60.ent_-_", { kind: "balance", seconds: 60, into: "ent_-_" }],
  ];
  it.each(cases)("%s", (text, terms) => {
    expect(formatTerms(terms)).toBe(text);
    expect(parseTerms(text)).toEqual(terms);
  });
  it("round trips, or refuses: what it writes reads back as what it was", () => {
    const number = fc.oneof(
      fc.integer({ min: 1, max: 9_999_999_999 }),
      fc.integer(),
      fc.double(),
      fc.constant(1e10),
    );
    const into = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), fc.string());
    const parts = { uses: number, seconds: number, into };
    const any = fc.oneof(
      fc.record(
        { kind: fc.constant("uses" as const), ...parts },
        { requiredKeys: ["kind", "uses", "seconds"] },
      ),
      fc.record(
        { kind: fc.constantFrom("pass" as const, "balance" as const), seconds: number, into },
        { requiredKeys: ["kind", "seconds"] },
      ),
    );
    fc.assert(
      fc.property(any, (terms: Terms) => {
        let text: string;
        try {
          text = formatTerms(terms);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(parseTerms(text)).toEqual(terms);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("parseTerms", () => {
  it.each([
    "",
    "x",
    "uu",
    "u.ent_A",
    "n10",
    "n0.60",
    "n10.0",
    "n10.06",
    "n-1.60",
    "p",
    "p0",
    "p1e3",
    "p60.",
    "p60.a.b",
    "b60.a~b",
    "p99999999999",
    " u",
    "u\n",
  ])("refuses %j", (text) => {
    expect(parseTerms(text)).toBeUndefined();
  });
  it("has one spelling for each", () => {
    const char = fc.constantFrom(...Array.from("unpb0123456789.ent_A-"));
    fc.assert(
      fc.property(fc.array(char, { maxLength: 12 }), (chars) => {
        const terms = parseTerms(chars.join(""));
        if (terms) expect(formatTerms(terms)).toBe(chars.join(""));
      }),
      { numRuns: 2000 },
    );
  });
});
