import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTester, parseTester } from "./tester-form.ts";

const { usage } = emptyTester;

describe("parseTester", () => {
  it("splits path and query, and leaves out what was not typed", () => {
    expect(parseTester({ ...emptyTester, method: "POST", target: "/v1/x?a=1?b", body: "{}" })).toEqual({
      ok: true,
      request: {
        method: "POST",
        path: "/v1/x",
        query: "a=1?b",
        body: "{}",
        usage: { inputTokens: 1000, outputTokens: 500 },
      },
    });
    expect(parseTester({ ...emptyTester, target: "" })).toMatchObject({ request: { path: "/" } });
  });

  it("takes decimals of seconds and megabytes, and no rounding of money", () => {
    const typed = { ...usage, seconds: "1.5", megabytes: "0.25", units: "1,000", costUsd: "0.000000000001" };
    expect(parseTester({ ...emptyTester, usage: typed })).toMatchObject({
      request: { usage: { seconds: 1.5, bytes: 250_000, units: 1000, costUsd: "0.000000000001" } },
    });
  });

  it("names what is no number", () => {
    const typed = { ...usage, outputTokens: "1.5", seconds: "-1", costUsd: "$1" };
    const parsed = parseTester({ ...emptyTester, target: "v1", usage: typed });
    expect(new Set(parsed.ok ? [] : Object.keys(parsed.errors))).toEqual(
      new Set([
        "request.path",
        "request.usage.outputTokens",
        "request.usage.seconds",
        "request.usage.costUsd",
      ]),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (target, text) => {
        parseTester({ ...emptyTester, target, usage: { ...usage, megabytes: text, costUsd: text } });
      }),
    );
  });
});
