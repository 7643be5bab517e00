import { describe, expect, it } from "vitest";
import { answer, challengeOf, found, observeRight, right, verdict } from "../../../test/observed.ts";
import { failEach } from "../check.ts";
import type { Observations, Probe } from "../observations.ts";
import type { RawAnswer } from "../raw-request.ts";

observeRight();

describe("HTTP", () => {
  const withHeader = (name: string, value: string): Partial<Observations> => {
    const headers = [
      ...right.bare.headers.filter(([field]) => field.toLowerCase() !== name.toLowerCase()),
      [name, value] as const,
    ];
    return { bare: { ...right.bare, headers } };
  };

  it("counts names, values and what is between them", () => {
    const bytes = right.bare.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    const rest = 8000 - bytes - "X: \r\n".length;
    expect(found("header-size", withHeader("X", "x".repeat(rest - 1)))).toBe("pass");
    expect(found("header-size", withHeader("X", "x".repeat(rest)))).toBe("they have 8000 bytes");
  });

  it.each([
    ["no-store", "pass"],
    ["private, no-store", "pass"],
    ["no-cache", "Cache-Control is no-cache"],
    ["max-age=0, no-store-maybe", "Cache-Control is max-age=0, no-store-maybe"],
  ])("Cache-Control: %s", (value, said) => {
    expect(found("cache-402", withHeader("Cache-Control", value))).toBe(said);
  });

  it("wants a problem document", () => {
    const challenge = challengeOf([], '{"status":"402"}');
    expect(found("problem", { ...withHeader("Content-Type", "text/plain"), challenge })).toBe(
      'its Content-Type is text/plain; type is missing; status is "402"',
    );
    expect(found("problem", { challenge: challengeOf([], "<h1>") })).toContain("no JSON object");
  });

  it.each<[RawAnswer["headers"], string]>([
    [[], "Access-Control-Allow-Origin is missing"],
    [[["access-control-allow-origin", "https://other.example"]], "Access-Control-Allow-Origin is missing"],
    [
      [["access-control-allow-origin", "*"]],
      "PAYMENT-REQUIRED, PAYMENT-RESPONSE, WWW-Authenticate, Payment-Receipt are not exposed",
    ],
    [
      [
        ["access-control-allow-origin", "https://doctor.example"],
        ["access-control-expose-headers", "payment-required, Payment-Response"],
        ["access-control-expose-headers", "WWW-AUTHENTICATE"],
      ],
      "Payment-Receipt is not exposed",
    ],
    [
      [
        ["access-control-allow-origin", "*"],
        ["access-control-expose-headers", "*"],
      ],
      "pass",
    ],
  ])("CORS of the 402: %j", (headers, said) => {
    expect(found("cors-expose", { cross: answer(402, "", headers) })).toBe(said);
  });

  it.each<[number, RawAnswer["headers"], string]>([
    [404, [], "it was answered 404"],
    [204, [], "Access-Control-Allow-Origin is missing"],
    [
      204,
      [
        ["access-control-allow-origin", "*"],
        ["access-control-allow-headers", "*"],
      ],
      "authorization is not allowed",
    ],
    [
      200,
      [
        ["access-control-allow-origin", "*"],
        ["access-control-allow-headers", "Authorization, PAYMENT-SIGNATURE"],
      ],
      "pass",
    ],
  ])("the preflight: %d %j", (status, headers, said) => {
    expect(found("cors-preflight", { preflight: answer(status, "", headers) })).toBe(said);
  });

  it("lets the method through, where it is not a simple one", () => {
    const headers = [
      ["access-control-allow-origin", "*"],
      ["access-control-allow-headers", "authorization, payment-signature"],
      ["access-control-allow-methods", "GET, POST"],
    ] as const;
    expect(found("cors-preflight", { method: "PUT", preflight: answer(204, "", headers) })).toBe(
      "PUT is not allowed",
    );
    expect(found("cors-preflight", { method: "POST", preflight: answer(204, "", headers) })).toBe("pass");
  });
});

describe("access", () => {
  const probe = (status: number, text = "content"): readonly Probe[] => [
    { label: "/x", answer: answer(status, text) },
  ];

  it.each<[string, readonly Probe[], string]>([
    ["content", probe(200), "/x was answered 200 with 7 bytes"],
    ["an empty answer", probe(200, ""), "pass"],
    ["a redirect to the right spelling", probe(308), "pass"],
    ["a refusal", probe(400), "pass"],
    ["no answer", [{ label: "/x", answer: { failed: "ECONNRESET" } }], "pass"],
  ])("%s", (_, paths, said) => {
    expect(found("path-tricks", { paths })).toBe(said);
  });

  it("is not content that everybody gets who asks for nothing", () => {
    const missing = answer(200, "one page for all");
    expect(found("path-tricks", { missing, paths: probe(200, "one page for all") })).toBe("pass");
    expect(found("path-tricks", { missing, paths: probe(200, "another page") })).toContain("answered 200");
  });

  it("is not a list of methods, either", () => {
    expect(found("method-options", { options: answer(200, "GET,HEAD") })).toBe("pass");
    expect(found("method-options", { options: answer(200, "get it here") })).toContain("with 11 bytes");
  });

  it.each([
    [200, "x: answered 200, for nothing"],
    [204, "x: answered 204, for nothing"],
    [302, "x: answered 302"],
    [401, "x: answered 401"],
    [500, "x: answered 500"],
    [400, "pass"],
    [402, "pass"],
    [429, "pass"],
  ])("a false credential that is answered %d", (status, said) => {
    expect(found("credential-forged", { forged: [{ label: "x", answer: answer(status) }] })).toBe(said);
  });
});

describe("after a payment", () => {
  const paid = (changes: Partial<Extract<Observations["paid"], object>>): Partial<Observations> => ({
    paid: typeof right.paid === "object" ? { ...right.paid, ...changes } : undefined,
  });
  const events = (firstMs: number, endMs: number, text = "data: 1\n\ndata: 2\n\n"): Partial<Observations> =>
    paid({ answer: { ...answer(200, text, [["content-type", "text/event-stream"]]), firstMs, endMs } });

  it.each([
    [10, 1000, "pass"],
    [950, 1000, "the first byte came after 950 ms of 1000"],
    [950, 1000, "the first byte came after 950 ms of 1000"],
    [290, 299, "skip"],
  ])("a stream with its first byte at %d of %d ms", (firstMs, endMs, said) => {
    expect(found("paid-stream", events(firstMs, endMs))).toBe(said);
  });

  it("is no stream, or one event: nobody can tell", () => {
    expect(verdict("paid-stream", events(990, 1000, "data: 1\n\n"))).toEqual({
      outcome: "skip",
      because: "too short to tell",
    });
  });

  it("may last longer than one request, where it says so", () => {
    const lasting = answer(200, "x", [["Paywall-Entitlement", "ent_1"]]);
    expect(verdict("paid-replay", paid({ answer: lasting, replayed: answer(200) }))).toEqual({
      outcome: "skip",
      because: "it buys more than one request",
    });
    expect(found("paid-replay", paid({ replayed: answer(200) }))).toBe("shown again, it was answered 200");
    expect(found("paid-replay", paid({ replayed: { failed: "ECONNRESET" } }))).toBe("pass");
  });

  it("is not judged where it was not paid", () => {
    expect(found("paid-answer", { paid: "its wallet is away" })).toBe(
      "it could not be paid: its wallet is away",
    );
    for (const id of ["paid-cache", "paid-receipt", "paid-replay", "paid-stream"])
      expect(verdict(id, { paid: "no" })).toEqual({ outcome: "skip", because: "it could not be paid" });
    expect(verdict("paid-cache", paid({ answer: answer(500) }))).toEqual({
      outcome: "skip",
      because: "the payment opened nothing",
    });
  });

  it.each([
    [{ kind: "none" } as const, "there is none"],
    [
      { kind: "false", why: "it was signed with a key that is not published" } as const,
      "it was signed with a key that is not published",
    ],
    [{ kind: "unsigned" } as const, "pass"],
  ])("%j", (receipt, said) => {
    expect(found("paid-receipt", paid({ receipt }))).toBe(said);
  });
});

it("names three complaints at most", () => {
  expect(failEach([])).toEqual({ outcome: "pass" });
  expect(failEach(["a", "b", "c"])).toEqual({ outcome: "fail", found: "a; b; c" });
  expect(failEach(["a", "b", "c", "d", "e"])).toEqual({ outcome: "fail", found: "a; b; c; and 2 more" });
});
