import { describe, expect, it } from "vitest";
import { evmOffer, keys, lightningOffer, now, quote } from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import { formatChallenge } from "./challenge.ts";
import type { ChallengeInput } from "./challenge.ts";
import { findHeader, listHeaders } from "./headers.ts";
import { PaywallError } from "./problem.ts";
import { parseAuthElements } from "./wire/auth-params.ts";
import { readLightningCharge } from "./wire/mpp-lightning.ts";
import { parsePaymentChallenges, verifyPaymentChallenge } from "./wire/payment-auth.ts";
import { openRequirements } from "./wire/seal-requirements.ts";
import { parsePaymentRequired } from "./wire/x402.ts";

const input: ChallengeInput = {
  quote,
  offers: [evmOffer, lightningOffer],
  resource: { url: "https://content.example/p/weather/today", description: "Weather", serviceName: "Ada" },
  realm: "content.example",
  slug: "weather",
  keys,
  crypto: nodeCrypto,
  wires: ["x402", "l402", "mpp"],
  docsBase: "https://paywall.example/docs/problems",
};
const names = (changes: Partial<ChallengeInput> = {}) =>
  formatChallenge({ ...input, ...changes }).headers.map(([name]) => name);
const common = ["Cache-Control", "Vary", "Access-Control-Expose-Headers"];

describe("formatChallenge", () => {
  const { headers, body } = formatChallenge(input);

  it("writes every protocol, in the order that deployed clients need", () => {
    expect(names()).toEqual([...common, "PAYMENT-REQUIRED", "WWW-Authenticate", "WWW-Authenticate"]);
    const [first = "", second = ""] = listHeaders(headers, "www-authenticate");
    expect(first).toMatch(/^L402 macaroon="[^"]+", invoice="lnbcrt[^"]+", version="0", token="[^"]+"$/);
    expect(second).toMatch(
      /^Payment id="[^"]+", realm="content.example", method="lightning", intent="charge", request="/,
    );
    expect(findHeader(headers, "cache-control")).toBe("no-store");
    expect(findHeader(headers, "vary")).toBe("Accept");
    expect(findHeader(headers, "access-control-expose-headers")).toBe(
      "PAYMENT-REQUIRED, PAYMENT-RESPONSE, WWW-Authenticate, Payment-Receipt, Retry-After",
    );
  });
  it("carries the one quote in each of them", () => {
    const required = parsePaymentRequired(findHeader(headers, "payment-required") ?? "");
    const [accepted] = required?.accepts ?? [];
    expect(accepted && openRequirements(accepted, keys)).toEqual({
      quote,
      requirements: evmOffer.requirements,
    });
    const [challenge] = parsePaymentChallenges(listHeaders(headers, "www-authenticate").join(", "));
    expect(challenge && readLightningCharge(challenge)?.quote).toEqual(quote);
    expect(challenge && verifyPaymentChallenge({ challenge, payload: {} }, { keys, now })).toEqual({
      ok: true,
    });
    const [l402] = parseAuthElements(listHeaders(headers, "www-authenticate").join(", ")) ?? [];
    expect(l402?.params.get("invoice")).toBe(lightningOffer.bolt11);
  });
  it("tells pages where to go on, in the body alone", () => {
    const links = { status: "/s", unlock: "/u", sandboxPay: "https://app.example/pay" };
    const linked = formatChallenge({ ...input, links });
    expect(linked.body).toMatchObject({ links });
    expect(JSON.stringify(linked.headers)).not.toContain("app.example");
    expect(body).not.toHaveProperty("links");
  });
  it("says the same in the body, as a problem document", () => {
    const required = parsePaymentRequired(findHeader(headers, "payment-required") ?? "");
    expect(body).toMatchObject({
      type: "https://paymentauth.org/problems/payment-required",
      status: 402,
      code: "payment_required",
      retryable: false,
      x402Version: 2,
      resource: input.resource,
      price: { amount: "10000", unit: "micro-usd", usd: "0.01" },
      mode: "test",
    });
    expect(body.accepts).toEqual(required?.accepts);
    expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  });
  it("leaves the headers below 8 kB, also with the longest words of a creator", () => {
    const size = (list: typeof headers) =>
      list.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    expect(size(headers)).toBeLessThan(4000);
    const wordy = formatChallenge({
      ...input,
      resource: { ...input.resource, description: "Ü".repeat(5000) },
    });
    expect(size(wordy.headers)).toBeLessThan(8000);
    expect(wordy.headers.every(([, value]) => /^[\x20-\x7e]*$/.test(value))).toBe(true);
  });
});

describe("the extensions of x402", () => {
  const identifier = { "payment-identifier": { info: { required: false } } };
  const lean = { ...identifier, bazaar: { info: { input: { method: "GET" } } } };
  const sized = (length: number) => ({ ...lean, bazaar: { ...lean.bazaar, example: "x".repeat(length) } });
  const wordy = { ...input.resource, mimeType: "text/html", description: "Ü".repeat(400) };
  const write = (changes: Partial<ChallengeInput>) => {
    const { headers, body, json } = formatChallenge({ ...input, ...changes });
    expect(json).toBe(JSON.stringify(body));
    expect(headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)).toBeLessThan(
      8000,
    );
    return { body, required: parsePaymentRequired(findHeader(headers, "payment-required") ?? "") };
  };

  it("stand in the header and in the body", () => {
    const { body, required } = write({ extensions: [lean, identifier] });
    expect(required?.extensions).toEqual(lean);
    expect(body.extensions).toEqual(lean);
    expect(write({}).body).not.toHaveProperty("extensions");
    const forged = new PaywallError("payment_expired", { extensions: { extensions: "forged" } });
    expect(write({ extensions: [lean], error: forged }).body.extensions).toEqual(lean);
  });
  it("belong to x402: nothing of them without its offers", () => {
    expect(write({ offers: [lightningOffer], extensions: [lean] }).body).not.toHaveProperty("extensions");
    expect(write({ wires: ["mpp"], extensions: [lean] }).body).not.toHaveProperty("extensions");
  });
  it("give way to the offers: the sample, the words, the discovery, the identifier; the body keeps all", () => {
    const offers = (count: number) => [...Array.from({ length: count }, () => evmOffer), lightningOffer];
    const steps = [
      { changes: { offers: offers(1) }, extensions: sized(100), words: true },
      { changes: { offers: offers(1) }, extensions: lean, words: true },
      { changes: { offers: offers(8) }, extensions: lean, words: false },
    ];
    for (const { changes, extensions, words } of steps) {
      const full = extensions === lean ? sized(4000) : extensions;
      const { body, required } = write({ ...changes, resource: wordy, extensions: [full, lean, identifier] });
      expect(required?.extensions).toEqual(extensions);
      expect(required?.resource).toEqual(words ? wordy : { url: wordy.url, mimeType: "text/html" });
      expect(required?.accepts).toHaveLength(changes.offers.length - 1);
      expect(body).toMatchObject({ extensions: full, resource: wordy });
    }
  });
  it("are the identifier alone before they are nothing", () => {
    const crowd = (bytes: number) =>
      write({ extensions: [sized(4000), sized(bytes), identifier], resource: wordy }).required?.extensions;
    expect(crowd(4000)).toEqual(identifier);
    const huge = { "payment-identifier": "x".repeat(6000) };
    const { body, required } = write({ extensions: [huge, huge], resource: wordy });
    expect(required).not.toHaveProperty("extensions");
    expect(body.extensions).toEqual(huge);
  });
});

describe("what can be paid", () => {
  it("writes only wires that are on, and only whole offers", () => {
    expect(names({ wires: ["x402"] })).toEqual([...common, "PAYMENT-REQUIRED"]);
    expect(names({ wires: ["mpp"] })).toEqual([...common, "WWW-Authenticate"]);
    expect(names({ offers: [lightningOffer] })).toEqual([...common, "WWW-Authenticate", "WWW-Authenticate"]);
    expect(names({ offers: [evmOffer] })).toEqual([...common, "PAYMENT-REQUIRED"]);
    const { body: plain } = formatChallenge({ ...input, offers: [lightningOffer] });
    expect(plain).not.toHaveProperty("accepts");
    expect(plain).toMatchObject({ resource: input.resource });
  });
  it("is not written where nothing can be paid", () => {
    for (const changes of [{ offers: [] }, { wires: [] }, { offers: [evmOffer], wires: ["l402" as const] }]) {
      expect(() => formatChallenge({ ...input, ...changes })).toThrow(
        expect.objectContaining({ code: "rail_unavailable", status: 503 }),
      );
    }
  });
  it("tells why a credential was refused, never with another status", () => {
    const error = new PaywallError("payment_expired", {
      detail: "Too late",
      extensions: { accepts: "forged", note: 1 },
    });
    const refused = formatChallenge({ ...input, error });
    expect(refused.body).toMatchObject({ code: "payment_expired", detail: "Too late", note: 1 });
    expect(refused.body.accepts).toHaveLength(1);
    expect(parsePaymentRequired(findHeader(refused.headers, "payment-required") ?? "")?.error).toBe(
      "Too late",
    );
    expect(() => formatChallenge({ ...input, error: new PaywallError("settlement_unknown") })).toThrow(
      TypeError,
    );
  });
});
