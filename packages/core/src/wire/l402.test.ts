import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keys, now, olderSecret, paymentHash, preimage, quote, secret } from "../../test-support/fixtures.ts";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { fromBase64, toBase64, toBase64Url } from "../base64.ts";
import { fromHex, toHex } from "../bytes.ts";
import type { Crypto } from "../crypto.ts";
import { createKeyRing } from "../keys.ts";
import { formatQuote } from "../quote.ts";
import { readCaveats } from "./l402-caveats.ts";
import { formatL402Challenge, mintL402, parseL402Credential, verifyL402 } from "./l402.ts";
import type { L402Context, L402Verification } from "./l402.ts";
import { decodeMacaroon } from "./macaroon-codec.ts";
import { addCaveat } from "./macaroon.ts";
import type { MacaroonV2 } from "./macaroon.ts";

const context: L402Context = {
  keys,
  crypto: nodeCrypto,
  now,
  slug: "weather",
  method: "GET",
  path: "/today",
};
const token = mintL402({ quote, paymentHash, slug: "weather", keys, crypto: nodeCrypto });

function read(text: string): MacaroonV2 {
  const macaroon = decodeMacaroon(fromBase64(text) ?? new Uint8Array());
  if (macaroon === undefined) throw new Error("not a macaroon");
  return macaroon;
}

function verifyWith(caveats: readonly string[], changes: Partial<L402Context> = {}): L402Verification {
  let macaroon = read(token);
  for (const caveat of caveats) macaroon = addCaveat(macaroon, caveat, nodeCrypto);
  return verifyL402({ macaroon, preimage }, { ...context, ...changes });
}

describe("mintL402", () => {
  // Base64 of the hash itself spells the word, at the place where it stands in a token: another random id changes nothing.
  it.each([
    ["L402", "002f8d36"],
    ["LSAT", "002d2013"],
  ])("finds another spelling where the payment hash encodes to %s", (word, start) => {
    const secretBytes = new Uint8Array(32).fill(5);
    const rigged = {
      ...nodeCrypto,
      sha256: (data: Uint8Array) => (data.every((byte) => byte === 5) ? hash : nodeCrypto.sha256(data)),
    };
    const hash = fromHex(start + "00".repeat(28)) ?? new Uint8Array();
    const plain = toBase64(Uint8Array.of(2, 2, 66, 0, 0, ...hash));
    expect(plain).toContain(word);
    const minted = mintL402({ quote, paymentHash: toHex(hash), slug: "weather", keys, crypto: rigged });
    expect(minted).not.toMatch(/LSAT|L402/);
    const credential = parseL402Credential(`L402 ${minted}:${toHex(secretBytes)}`);
    const asked = { keys, crypto: rigged, now: quote.issuedAt, slug: "weather", method: "GET", path: "/" };
    expect(credential === undefined ? undefined : verifyL402(credential, asked)).toMatchObject({
      ok: true,
    });
  });

  it("puts version, hash and a random id into the identifier, and the quote into a caveat", () => {
    const { identifier, caveats } = read(token);
    expect(Buffer.from(identifier.slice(0, 34)).toString("hex")).toBe(`0000${paymentHash}`);
    expect(identifier).toHaveLength(66);
    expect(caveats).toEqual([
      "services=weather:0",
      `weather_valid_until=${quote.expiresAt}`,
      `quote=${formatQuote(quote)}`,
    ]);
    expect(mintL402({ quote, paymentHash, slug: "weather", keys, crypto: nodeCrypto })).not.toBe(token);
  });
  it("mints again while the token contains a word that a client cuts out", () => {
    const bytes = fromBase64(token) ?? new Uint8Array();
    const start = Buffer.from(bytes).indexOf(read(token).identifier.slice(34));
    // The word shows where its three bytes fill a whole group of the encoding.
    const bad = new Uint8Array(32);
    bad.set(fromBase64("LSAT") ?? [], (3 - (start % 3)) % 3);
    const queue = [bad, new Uint8Array(32).fill(1)];
    const rigged: Crypto = { ...nodeCrypto, randomBytes: () => queue.shift() ?? new Uint8Array(32) };
    const minted = mintL402({ quote, paymentHash, slug: "weather", keys, crypto: rigged });
    expect(queue).toHaveLength(0);
    expect(minted).not.toMatch(/LSAT|L402/);
    expect(read(minted).identifier.slice(34)).toEqual(new Uint8Array(32).fill(1));
  });
  it("writes the line that all clients read", () => {
    expect(formatL402Challenge({ token: "T", bolt11: "lnbc1" })).toBe(
      'L402 macaroon="T", invoice="lnbc1", version="0", token="T"',
    );
  });
});

describe("parseL402Credential", () => {
  const expected = { macaroon: read(token), preimage };
  const url = toBase64Url(fromBase64(token) ?? new Uint8Array());
  it.each([
    ["L402", `L402 ${token}:${preimage}`],
    ["LSAT", `LSAT ${token}:${preimage}`],
    ["any case", `lSaT ${token}:${preimage.toUpperCase()}`],
    ["base64url", `L402 ${url}:${preimage}`],
    ["several macaroons", `L402 ${token},${token}:${preimage}`],
    ["white space around", ` L402  ${token}:${preimage} `],
  ])("takes %s", (_name, value) => {
    expect(parseL402Credential(value)).toEqual(expected);
  });
  it.each([
    `L402 ${token}`,
    `L402 ${token}:`,
    `L402 ${token}:${preimage}00`,
    `L402 ${token}:${preimage}:${preimage}`,
    `L402 ${token}:${"zz".repeat(32)}`,
    `L402 ${token.slice(4)}:${preimage}`,
    `L402 :${preimage}`,
    `Bearer ${token}:${preimage}`,
    "L402",
    "",
  ])("refuses %.40s…", (value) => {
    expect(parseL402Credential(value)).toBeUndefined();
  });
  it("never throws on garbage", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String()),
        (text) => void parseL402Credential(`L402 ${text}:${preimage}`),
      ),
    );
  });
});

describe("verifyL402", () => {
  it("gives back the quote and the hash", () => {
    expect(verifyWith([])).toEqual({ ok: true, quote, paymentHash });
  });
  it("takes tokens of the previous secret", () => {
    expect(verifyWith([], { keys: createKeyRing([olderSecret, secret], nodeCrypto) })).toMatchObject({
      ok: true,
    });
    const code = { ok: false, code: "invalid_challenge" };
    expect(verifyWith([], { keys: createKeyRing([olderSecret], nodeCrypto) })).toMatchObject(code);
  });
  it("refuses another preimage first", () => {
    const credential = { macaroon: read(token), preimage: "00".repeat(32) };
    expect(verifyL402(credential, context)).toMatchObject({ ok: false, code: "verification_failed" });
  });
  it("refuses each flipped bit", () => {
    const bytes = fromBase64(token) ?? new Uint8Array();
    for (let at = 0; at < bytes.length; at++) {
      const macaroon = decodeMacaroon(bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8))));
      if (macaroon) expect(verifyL402({ macaroon, preimage }, context).ok).toBe(false);
    }
  });
  it("refuses identifiers that are not ours", () => {
    for (const identifier of [new Uint8Array(66).fill(1), new Uint8Array(65), new Uint8Array()]) {
      const macaroon = { ...read(token), identifier };
      expect(verifyL402({ macaroon, preimage }, context)).toMatchObject({ code: "malformed_credential" });
    }
  });
  it("is over on time, and still says what was paid", () => {
    const late = verifyWith([], { now: quote.expiresAt });
    expect(late).toMatchObject({ ok: false, code: "payment_expired", quote, paymentHash });
    expect(verifyWith([], { now: quote.expiresAt - 1 })).toMatchObject({ ok: true });
    const forged = { macaroon: { ...read(token), signature: new Uint8Array(32) }, preimage };
    expect(verifyL402(forged, { ...context, now: quote.expiresAt })).not.toHaveProperty("quote");
  });
  it("refuses the token of another endpoint", () => {
    expect(verifyWith([], { slug: "news" })).toMatchObject({ ok: false, code: "wrong_resource" });
  });
});

describe("appended caveats", () => {
  it.each([
    `preimage=${preimage}`,
    "unknown=1",
    "other_capabilities=read",
    "no condition at all",
    "=empty",
    `quote=${formatQuote(quote)}`,
    "services=weather:0",
    `weather_valid_until=${now + 1}`,
    "endpoint=weather",
    "method=GET",
    "path=/today",
    "uses=1",
    "maximum=10000",
  ])("may narrow: %s", (caveat) => {
    expect(verifyWith([caveat])).toMatchObject({ ok: true });
  });
  it.each([
    [`quote=${formatQuote({ ...quote, amount: 1n })}`],
    ["quote="],
    ["services=weather:0,news:0"],
    ["services=news:0"],
    ["services="],
    [`weather_valid_until=${quote.expiresAt + 1}`],
    [`weather_valid_until=${now}`],
    ["weather_valid_until=soon"],
    [`weather_valid_until=0${now + 1}`],
    ["other_valid_until=1"],
    ["endpoint=news"],
    ["method=POST"],
    ["method=get"],
    ["path=/Today"],
    ["path="],
    ["uses=0"],
    ["uses=-1"],
    ["uses=1", "uses=2"],
    ["maximum=9999"],
    ["weather_capabilities=read"],
  ])("may not widen, and fail closed: %s %s", (...caveats) => {
    expect(verifyWith(caveats)).toMatchObject({ ok: false });
  });
  it("are refused as expired only when nothing else is wrong", () => {
    expect(verifyWith(["method=POST"], { now: quote.expiresAt })).not.toHaveProperty("quote");
  });
  it("of any text never throw", () => {
    const conditions = fc.constantFrom(
      "quote",
      "services",
      "uses",
      "maximum",
      "x_valid_until",
      "endpoint",
      "method",
      "",
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(conditions, fc.string())),
        (pairs) => void verifyWith(pairs.map((pair) => pair.join("="))),
      ),
    );
  });
  it("are wrong without a service of this slug, though all else fits", () => {
    const caveats = ["services=news:0", `weather_valid_until=${now + 60}`, `quote=${formatQuote(quote)}`];
    expect(readCaveats(caveats, context)).toMatchObject({ ok: false, code: "wrong_resource" });
    expect(readCaveats(caveats.with(0, "services=weather:0"), context)).toEqual({ ok: true, quote });
    for (let left = 0; left < 3; left++) {
      expect(readCaveats(caveats.with(0, "services=weather:0").toSpliced(left, 1), context)).toMatchObject({
        ok: false,
      });
    }
  });
});
