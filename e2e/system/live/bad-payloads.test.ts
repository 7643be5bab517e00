import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { createKeyRing, openRequirements, sealRequirements } from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readSecretKey } from "../../../lib/store/instance-files.ts";
import { getInstance } from "../../instance.ts";
import { paidBy, present, refused, served } from "./attempt.ts";
import { readReceipt } from "./creator.ts";
import {
  type Authorization,
  createPayer,
  encode,
  type ExactPayload,
  pay,
  readOffer,
  signExact,
  toHeader,
} from "./payer.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

let world: LiveWorld;
let payer: LocalAccount;
beforeAll(async () => {
  world = await startLiveWorld();
  payer = await createPayer(world.chain);
}, 60_000);
afterAll(() => world.close());

const stranger = `0x${"22".repeat(20)}`;
const now = (): number => Math.floor(Date.now() / 1000);
let target = "";
let url = "";
beforeEach(() => {
  target = `/goods?id=${randomBytes(8).toString("hex")}`;
  url = world.link(target);
});

/** What was asked of facilitator, node and upstream so far, and what the payer has left. */
async function traces() {
  const { facilitator, rpc, upstream, chain } = world;
  const asked = { facilitator: facilitator.requests.length, rpc: rpc.calls(), runs: upstream.runs(target) };
  return { ...asked, balance: await chain.balanceOf(payer.address) };
}

/** Presents something bad: refused without asking anybody, and nothing has moved. */
async function refuse(headers: Record<string, string>, status: number, code: string): Promise<void> {
  const before = await traces();
  const attempt = await present(url, headers);
  expect(attempt).toMatchObject({ status, code, served: false, challenged: status === 402 });
  expect(await traces()).toEqual(before);
}

describe("an authorization that was signed and does not pay (LIVE)", () => {
  const cases: readonly [string, string, () => Partial<Authorization>][] = [
    ["B372 one unit short", "payment_insufficient", () => ({ value: "9999" })],
    ["B373 of nothing", "payment_insufficient", () => ({ value: "0" })],
    ["B383 to somebody else", "verification_failed", () => ({ to: stranger })],
    ["B385 of the past", "payment_expired", () => ({ validBefore: String(now() - 1) })],
    ["of the future", "verification_failed", () => ({ validAfter: String(now() + 60) })],
    ["in the name of somebody else", "verification_failed", () => ({ from: stranger })],
  ];
  it.each(cases)("%s: 402 %s, and nobody is asked", async (_, code, change) => {
    const signed = await signExact(payer, await readOffer(url), change());
    await refuse(toHeader(signed), 402, code);
  });
});

describe("a payload that was changed after it was signed (LIVE)", () => {
  const authorization =
    (change: object) =>
    ({ payload, ...rest }: ExactPayload) => ({
      ...rest,
      payload: { ...payload, authorization: { ...payload.authorization, ...change } },
    });
  const accepted = (change: object) => (signed: ExactPayload) => ({
    ...signed,
    accepted: { ...signed.accepted, ...change },
  });
  const signature =
    (text: (signature: string) => string) =>
    ({ payload, ...rest }: ExactPayload) => ({
      ...rest,
      payload: { ...payload, signature: text(payload.signature) },
    });
  const cases: readonly [string, number, string, (signed: ExactPayload) => object][] = [
    ["B374 negative", 400, "bad_request", authorization({ value: "-1" })],
    ["B375 a fraction", 400, "bad_request", authorization({ value: "0.1" })],
    ["B375 an exponent", 400, "bad_request", authorization({ value: "1e3" })],
    ["B376 uint256's maximum", 402, "verification_failed", authorization({ value: String(2n ** 256n - 1n) })],
    ["B376 beyond uint256", 400, "bad_request", authorization({ value: String(2n ** 256n) })],
    ["B377 2^53 + 1", 402, "verification_failed", authorization({ value: "9007199254740993" })],
    ["B378 a plus", 400, "bad_request", authorization({ value: "+10000" })],
    ["B378 leading zeros", 400, "bad_request", authorization({ value: "0010000" })],
    ["B381 another network", 402, "invalid_challenge", accepted({ network: "eip155:1" })],
    ["B382 another asset", 402, "invalid_challenge", accepted({ asset: stranger })],
    ["B383 another payTo", 402, "invalid_challenge", accepted({ payTo: stranger })],
    ["a lower amount", 402, "invalid_challenge", accepted({ amount: "1" })],
    ["B389 zeros for a signature", 402, "verification_failed", signature(() => `0x${"00".repeat(65)}`)],
    ["B389 a high s", 402, "verification_failed", signature(toHighS)],
    ["B389 a short signature", 402, "malformed_credential", signature((text) => text.slice(0, -2))],
    [
      "B389 a wrapper of EIP-6492",
      402,
      "malformed_credential",
      signature((text) => `0x${"00".repeat(64)}${text.slice(2)}${"6492".repeat(16)}`),
    ],
  ];
  it.each(cases)(
    "%s: %i %s, nobody is asked, and the payment as it was signed stays good",
    async (...one) => {
      const [, status, code, change] = one;
      const { headers, payload } = await pay(payer, url);
      await refuse(toHeader(change(payload)), status, code);
      expect(await present(url, headers)).toEqual(served);
    },
  );

  it("B389 a hundred at once are no storm at the node or the facilitator", async () => {
    const { payload } = await pay(payer, url);
    const before = await traces();
    const bad = [() => `0x${"00".repeat(65)}`, toHighS].map((change) => toHeader(signature(change)(payload)));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => present(url, bad[index % 2] ?? {})),
    );
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(100);
    expect(await traces()).toEqual(before);
  });
});

describe("the same payment in another spelling (LIVE)", () => {
  it("B362-B364 is the same payment: 409, and 400 for a member that is there twice", async () => {
    const { headers, payload } = await pay(payer, url);
    expect(await present(url, headers)).toEqual(served);
    const before = await paidBy(world.chain, payer);
    const { authorization, signature } = payload.payload;
    const { from, to, nonce, ...rest } = authorization;
    const upper = (text: string): string => `0x${text.slice(2).toUpperCase()}`;
    const recased = { ...rest, from: upper(from), to: to.toLowerCase(), nonce: upper(nonce) };
    const value = headers["payment-signature"];
    const spellings: Record<string, string> = {
      "letters in another case": encode({ ...payload, payload: { signature, authorization: recased } }),
      base64url: value.replaceAll("+", "-").replaceAll("/", "_"),
      "no padding": value.replaceAll("=", ""),
      "members in another order": encode({
        payload: { authorization: { nonce, to, from, ...rest }, signature },
        accepted: payload.accepted,
        x402Version: 2,
      }),
      "blanks between members": encode(JSON.stringify(payload, undefined, 2)),
    };
    for (const [name, spelled] of Object.entries(spellings))
      // oxlint-disable-next-line no-await-in-loop
      await vi.waitFor(async () => {
        const { status, code } = await present(url, { "payment-signature": spelled });
        expect([name, status, code]).toEqual([name, 409, "credential_redeemed"]);
      });
    const twice = JSON.stringify(payload).replace('"nonce":', `"nonce":"0x${"00".repeat(32)}","nonce":`);
    await refuse({ "payment-signature": encode(twice) }, 400, "bad_request");
    expect(await paidBy(world.chain, payer)).toEqual(before);
  });

  it("B390 a nonce that was used is refused by our own table, whatever is signed with it", async () => {
    const { headers, payload } = await pay(payer, url);
    expect(await present(url, headers)).toEqual(served);
    await vi.waitFor(async () =>
      expect(await present(url, headers)).toMatchObject({ code: "credential_redeemed" }),
    );
    const { nonce } = payload.payload.authorization;
    const before = await traces();
    const same = await signExact(payer, payload.accepted, { nonce, validBefore: String(now() + 200) });
    expect(await present(url, toHeader(same))).toMatchObject({ status: 409, code: "credential_redeemed" });
    expect(await traces()).toEqual(before);
    target = `${target}&other`;
    url = world.link(target);
    await refuse(toHeader(await signExact(payer, await readOffer(url), { nonce })), 402, "wrong_resource");
  });
});

describe("more than the price (LIVE)", () => {
  it.each([
    ["B380 ten times", 100_000n],
    ["B377 2^53 + 1, to the unit", 9_007_199_254_740_993n],
  ])("%s: served, and the receipt says what moved", async (_, value) => {
    const { chain, creator } = world;
    const rich = await createPayer(chain, value);
    const before = await chain.balanceOf(creator.payTo);
    const signed = await signExact(rich, await readOffer(url), { value: String(value) });
    const answer = await fetch(url, { headers: toHeader(signed) });
    await answer.text();
    expect(answer.status).toBe(200);
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(value);
    const { amount, payload } = await readReceipt(answer.headers.get("paywall-receipt") ?? "");
    expect(amount).toBe("10000");
    expect(payload).toMatchObject({ settled: { amount: String(value), unit: "1e-6", asset: "USDC" } });
  });

  it("B377 one unit less than was signed is not enough", async () => {
    const poor = await createPayer(world.chain, 9_007_199_254_740_992n);
    const signed = await signExact(poor, await readOffer(url), { value: "9007199254740993" });
    expect(await present(url, toHeader(signed))).toEqual(refused("payment_insufficient"));
    expect(await paidBy(world.chain, poor)).toEqual([]);
  });
});

describe("prices and endpoints that change meanwhile (LIVE)", () => {
  it("B400 a payment at the price of its quote is honoured after the price was lowered", async () => {
    const { creator, upstream, gateway } = world;
    const { id, slug } = await creator.sell({ url: upstream.url, price: "20000" });
    url = `${gateway.url}/p/${slug}${target}`;
    const { headers } = await pay(payer, url);
    await creator.change(id, { price: "10000" });
    await vi.waitFor(async () => expect((await readOffer(url)).amount).toBe("10000"));
    const answer = await fetch(url, { headers });
    await answer.text();
    expect(answer.status).toBe(200);
    expect(await readReceipt(answer.headers.get("paywall-receipt") ?? "")).toMatchObject({ amount: "20000" });
  });

  it("B401 a quote that has expired is 402 with a new challenge, and nothing is charged", async () => {
    const keys = createKeyRing([Buffer.from(readSecretKey(getInstance().dataDir), "base64url")], nodeCrypto);
    const opened = openRequirements(await readOffer(url), keys);
    if (opened === undefined) throw new Error("The offer is sealed with another key");
    const { quote, requirements } = opened;
    const old = { ...quote, issuedAt: quote.issuedAt - 900, expiresAt: quote.expiresAt - 900 };
    const signed = await signExact(payer, sealRequirements(requirements, old, keys));
    await refuse(toHeader(signed), 402, "payment_expired");
  });

  it("B402 an endpoint that was archived takes no payment: 410, nothing is charged", async () => {
    const { creator, upstream, gateway } = world;
    const { id, slug } = await creator.sell({ url: upstream.url });
    url = `${gateway.url}/p/${slug}${target}`;
    const { headers } = await pay(payer, url);
    await creator.archive(id, slug);
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(410));
    const before = await traces();
    expect(await present(url, headers)).toMatchObject({ status: 410, served: false, challenged: false });
    expect(await traces()).toEqual(before);
  });
});

describe("headers (LIVE)", () => {
  it.each<[string, (value: string, other: string) => string[]]>([
    [
      "B404 two PAYMENT-SIGNATURE",
      (value, other) => ["PAYMENT-SIGNATURE", value, "PAYMENT-SIGNATURE", other],
    ],
    ["B404 the same one twice", (value) => ["PAYMENT-SIGNATURE", value, "PAYMENT-SIGNATURE", value]],
    ["B405 X-PAYMENT and PAYMENT-SIGNATURE", (value) => ["X-PAYMENT", value, "PAYMENT-SIGNATURE", value]],
    ["B406 two Authorization", () => ["Authorization", l402("11"), "Authorization", l402("22")]],
    ["B407 L402 and x402", (value) => ["Authorization", l402("11"), "PAYMENT-SIGNATURE", value]],
  ])("%s: 400, and neither is used", async (_, headers) => {
    const [one, other] = [await pay(payer, url), await pay(payer, url)];
    const before = await traces();
    const values = [one.headers["payment-signature"], other.headers["payment-signature"]] as const;
    expect(await sendRaw(url, headers(...values))).toBe(400);
    expect(await traces()).toEqual(before);
    expect(await present(url, one.headers)).toEqual(served);
  });

  it("B408 64 KB are too much: 431", async () => {
    const { payload } = await pay(payer, url);
    const before = await traces();
    const value = encode({ ...payload, extensions: { pad: "x".repeat(48_000) } });
    expect([413, 431]).toContain(await sendRaw(url, ["PAYMENT-SIGNATURE", value]));
    expect(await traces()).toEqual(before);
  });

  it("B409 4 KB are not", async () => {
    const { payload } = await pay(payer, url);
    const pad = 4_096 * 0.75 - JSON.stringify(payload).length - 30;
    const headers = toHeader({ ...payload, extensions: { pad: "x".repeat(pad) } });
    expect(headers["payment-signature"].length).toBeGreaterThan(4_000);
    expect(await present(url, headers)).toEqual(served);
  });

  it("B412 base64 of something else than JSON: 402", async () => {
    await refuse({ "payment-signature": encode("this is not JSON") }, 402, "malformed_credential");
  });

  it("B415 keys and addresses that a client brings along are looked at by nobody", async () => {
    const { chain, creator, upstream } = world;
    const trap = `${upstream.url}trap`;
    const { payload } = await pay(payer, url);
    const wished = {
      facilitator: trap,
      facilitatorUrl: trap,
      callbackUrl: trap,
      publicKey: stranger,
      payTo: stranger,
    };
    const before = await chain.balanceOf(creator.payTo);
    const headers = toHeader({
      ...payload,
      ...wished,
      payload: { ...payload.payload, ...wished },
      extensions: wished,
    });
    expect(await present(url, headers)).toEqual(served);
    expect(upstream.runs("/trap")).toBe(0);
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
    expect(JSON.stringify(world.facilitator.requests.at(-1))).not.toContain("trap");
  });
});

/** The other signature of the same message: of whoever has not seen it before, it looks new. */
function toHighS(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
}

function l402(byte: string): string {
  return `L402 ${Buffer.from(`macaroon ${byte}`).toString("base64")}:${byte.repeat(32)}`;
}

/** Header lines as they are given, also twice. @returns the status */
function sendRaw(address: string, headers: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(address);
    const sent = request(address, { headers: ["Host", host, ...headers], agent: false }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.once("error", reject).end();
  });
}
