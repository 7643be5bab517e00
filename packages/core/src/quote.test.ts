import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote } from "../test-support/fixtures.ts";
import { formatQuote, parseQuote } from "./quote.ts";
import type { Quote } from "./quote.ts";
import type { Terms } from "./terms.ts";

const id = () => fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const nat = () => fc.maxSafeNat();
const amount = () => fc.bigInt({ min: 0n, max: 10n ** 18n });

const count = () => fc.integer({ min: 1, max: 9_999_999_999 });
const into = { into: id() };
const terms = (): fc.Arbitrary<Terms> =>
  fc.oneof(
    fc.constant({ kind: "use" as const }),
    fc.record(
      { kind: fc.constant("uses" as const), uses: count(), seconds: count(), ...into },
      { requiredKeys: ["kind", "uses", "seconds"] },
    ),
    fc.record(
      { kind: fc.constantFrom("pass" as const, "balance" as const), seconds: count(), ...into },
      { requiredKeys: ["kind", "seconds"] },
    ),
  );

const quotes = (): fc.Arbitrary<Quote> =>
  fc.record({
    id: id(),
    mode: fc.constantFrom("test", "live"),
    endpointId: id(),
    routeId: fc.option(id()),
    priceVersion: nat(),
    amount: amount(),
    terms: terms(),
    rate: fc.record({ msatPerUsd: amount(), asOf: nat() }),
    bindingHash: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    issuedAt: nat(),
    expiresAt: nat(),
  });

describe("formatQuote", () => {
  it("round trips", () => {
    fc.assert(
      fc.property(quotes(), (value) => {
        expect(parseQuote(formatQuote(value))).toEqual(value);
      }),
    );
  });
  it("is short, and safe inside of a caveat, a header and JSON", () => {
    const text = formatQuote({ ...quote, routeId: "rt_DDDDDDDDDDDDDDDDDDDDDD" });
    expect(text).toMatch(/^[A-Za-z0-9_.~-]+$/);
    expect(text.length).toBeLessThanOrEqual(200);
    expect(formatQuote(quote).length).toBeLessThanOrEqual(170);
  });
  it.each([
    { id: "" },
    { id: "a~b" },
    { endpointId: "a=b" },
    { routeId: "" },
    { bindingHash: "short" },
    { amount: -1n },
    { priceVersion: 1.5 },
    { issuedAt: -1 },
    { expiresAt: Number.NaN },
    { expiresAt: 1e21 },
    { terms: { kind: "uses", uses: 0, seconds: 60 } as const },
    { terms: { kind: "uses", uses: 1.5, seconds: 60 } as const },
    { terms: { kind: "pass", seconds: -60 } as const },
    { terms: { kind: "pass", seconds: 1.5 } as const },
    { terms: { kind: "balance", seconds: 1e10 } as const },
    { terms: { kind: "balance", seconds: 60, into: "a~b" } as const },
    { terms: { kind: "pass", seconds: 60, into: "" } as const },
  ])("refuses %o", (change) => {
    expect(() => formatQuote({ ...quote, ...change })).toThrow(RangeError);
  });
});

describe("parseQuote", () => {
  const text = formatQuote(quote);
  it.each([
    ["a leading zero", text.replace("~10000~", "~010000~")],
    ["a sign", text.replace("~10000~", "~+10000~")],
    ["a negative amount", text.replace("~10000~", "~-10000~")],
    ["an exponent", text.replace("~10000~", "~1e4~")],
    ["another version", text.replace("q1~", "q2~")],
    ["another mode", text.replace("~t~", "~x~")],
    ["something before", ` ${text}`],
    ["a line break after", `${text}\n`],
    ["a part more", `${text}~1`],
    ["a quote from before there were terms", text.slice(0, text.lastIndexOf("~"))],
    ["a number beyond 2^53", text.replace(/\d+~u$/, "9007199254740993~u")],
    ["no terms", text.replace(/u$/, "")],
    ["terms of another kind", text.replace(/u$/, "x60")],
    ["no uses", text.replace(/u$/, "n0.60")],
    ["uses for ever", text.replace(/u$/, "n10")],
    ["a pass of no time", text.replace(/u$/, "p0")],
    ["something after the terms", `${text}.ent_A`],
    ["nothing", ""],
  ])("refuses %s", (_name, changed) => {
    expect(changed).not.toBe(text);
    expect(parseQuote(changed)).toBeUndefined();
  });
  it("has one spelling for each quote: what is accepted formats to itself", () => {
    const mutated = fc
      .tuple(fc.nat(text.length - 1), fc.constantFrom(...Array.from("0123456789~aZ-_+. ")))
      .map(([at, char]) => text.slice(0, at) + char + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string()), (candidate) => {
        const parsed = parseQuote(candidate);
        if (parsed) expect(formatQuote(parsed)).toBe(candidate);
      }),
      { numRuns: 500 },
    );
  });
});
