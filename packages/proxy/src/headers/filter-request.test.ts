import fc from "fast-check";
import { describe, expect, it } from "vitest";
import cases from "../../cases/request-headers.json" with { type: "json" };
import { pairs } from "../testing/case-pairs.ts";
import { filterRequestHeaders } from "./filter-request.ts";
import type { RequestFilterContext } from "./filter-request.ts";

const context: RequestFilterContext = {
  host: "api.creator-site.com",
  creatorHeaders: [["X-Api-Key", "the creator's"]],
  passAuthorization: false,
  viaToken: "paywall-7",
};
const valuesOf = (headers: readonly (readonly [string, string])[], name: string): readonly string[] =>
  headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);

describe("filterRequestHeaders", () => {
  it.each(cases)("$id $name", ({ send, absent, present }) => {
    const filtered = filterRequestHeaders([["Host", "gateway"], ...pairs(send)], context);
    for (const name of absent) expect(valuesOf(filtered, name)).toEqual([]);
    for (const [name, value] of pairs(present ?? [])) expect(valuesOf(filtered, name)).toEqual([value]);
    expect(valuesOf(filtered, "host")).toEqual(["api.creator-site.com"]);
  });

  it("passes a foreign Authorization only where the creator wants it, never ours", () => {
    const passing = { ...context, passAuthorization: true };
    const pass = (value: string): readonly string[] =>
      valuesOf(filterRequestHeaders([["Authorization", value]], passing), "authorization");
    expect(pass("Bearer upstream-user-token")).toEqual(["Bearer upstream-user-token"]);
    expect(pass("Basic eDp5")).toEqual(["Basic eDp5"]);
    for (const ours of [
      "L402 a:b",
      "lsat a:b",
      "Payment x",
      "payment",
      "Bearer pw_x",
      "bearer  pw_x",
      "Bearer x, L402 a:b",
      " L402 a:b",
    ]) {
      expect(pass(ours)).toEqual([]);
    }
  });

  it("leaves its mark behind those of others", () => {
    const filtered = filterRequestHeaders(
      [
        ["Via", "1.1 a"],
        ["CDN-Loop", "b"],
        ["Via", "1.0 c"],
      ],
      context,
    );
    expect(valuesOf(filtered, "via")).toEqual(["1.1 a, 1.0 c, 1.1 paywall-7"]);
    expect(valuesOf(filtered, "cdn-loop")).toEqual(["b, paywall-7"]);
  });

  it("lets ours win over the payer, and the creator over both, but nobody frames the message", () => {
    const filtered = filterRequestHeaders(
      [
        ["Idempotency-Key", "payer"],
        ["Content-Length", "5"],
        ["x-token", "payer"],
      ],
      {
        ...context,
        clientIp: "8.8.8.8",
        ownHeaders: [
          ["Idempotency-Key", "engine"],
          ["X-Token", "engine"],
        ],
        creatorHeaders: [
          ["X-TOKEN", "creator"],
          ["Host", "evil"],
          ["content-length", "9"],
          ["Transfer-Encoding", "chunked"],
          ["Cookie", "c=1"],
        ],
      },
    );
    expect(valuesOf(filtered, "idempotency-key")).toEqual(["engine"]);
    expect(valuesOf(filtered, "x-token")).toEqual(["creator"]);
    expect(valuesOf(filtered, "content-length")).toEqual(["5"]);
    expect(valuesOf(filtered, "transfer-encoding")).toEqual([]);
    expect(valuesOf(filtered, "host")).toEqual(["api.creator-site.com"]);
    expect(valuesOf(filtered, "cookie")).toEqual(["c=1"]);
    expect(valuesOf(filtered, "x-forwarded-for")).toEqual(["8.8.8.8"]);
    expect(filtered.at(-1)).toEqual(["Cookie", "c=1"]);
  });

  it("drops what it drops in any case and any nomination", () => {
    const secret = fc.constantFrom(
      "cookie",
      "payment-signature",
      "x-payment",
      "x-forwarded-for",
      "proxy-authorization",
    );
    const flip = fc.array(fc.boolean(), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(secret, flip, fc.string(), (name, flips, nomination) => {
        const spelt = [...name].map((letter, at) => (flips[at] ? letter.toUpperCase() : letter)).join("");
        const filtered = filterRequestHeaders(
          [
            ["Connection", nomination],
            [spelt, "SECRET"],
          ],
          context,
        );
        expect(JSON.stringify(filtered)).not.toContain("SECRET");
      }),
    );
  });
});
