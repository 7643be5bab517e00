import { PaywallError } from "@x402-paywall/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freeChoice, meteredPrice, quoteOf } from "../../cases/page-inputs.ts";
import { WireServer } from "../../cases/wire-server.ts";
import { isReadable } from "./challenge.ts";
import type { PaywallChallenge } from "./challenge.ts";
import { readChallenge } from "./read-challenge.ts";

const now = () => Math.floor(Date.now() / 1000);
const url = "https://shop.example/forecast?days=10";
const request = { url, method: "GET", hasAuthorization: false };
let shop: WireServer;

beforeEach(async () => {
  shop = new WireServer();
  await shop.start();
});
afterEach(() => shop.stop());

async function ask(): Promise<PaywallChallenge> {
  return readChallenge(await fetch(`${shop.base}/p/weather`), request, now());
}

/** A 402 of somebody else. */
function read(body: unknown, headers: Record<string, string> = {}): Promise<PaywallChallenge> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readChallenge(new Response(text, { status: 402, headers }), request, now());
}

const header = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64");
const accepted = {
  scheme: "exact",
  network: "eip155:8453",
  amount: "250000",
  asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
  payTo: "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
  maxTimeoutSeconds: 60,
  extra: { name: "USD Coin", version: "2", feePayer: { nested: true } },
};

describe("our own 402", () => {
  test("says everything: offers, words, price, and where a page goes on", async () => {
    const challenge = await ask();
    expect(challenge).toMatchObject({
      title: "Weather, hour by hour",
      seller: new URL(shop.base).host,
      mode: "test",
      amount: 10_000n,
      msat: 16_000n,
      terms: { kind: "use" },
      buys: "",
      otherMethods: [],
      resourceUrl: `${shop.base}/p/weather`,
      statusUrl: `${shop.base}/.status`,
      unlockUrl: `${shop.base}/.unlock`,
      sandboxPayUrl: `${shop.base}/.wallet`,
      choice: undefined,
      problem: null,
    });
    expect(challenge.lightning).toMatchObject({ wire: "l402", prefix: "bcrt" });
    expect(challenge.x402).toHaveLength(1);
    expect(challenge.secondsLeft).toBeGreaterThan(595);
  });

  test.each([
    ["what is paid freely", freeChoice, { label: "price", least: 100_000n, suggested: 500_000n }],
    ["what goes on a balance", meteredPrice, { label: "deposit", least: 500_000n }],
  ] as const)("lets the payer name %s", async (_, price, choice) => {
    shop.price = price;
    expect((await ask()).choice).toMatchObject(choice);
  });

  test("a top-up has its amount in its address", async () => {
    shop.price = meteredPrice;
    shop.quote = quoteOf({ kind: "balance", seconds: 60, into: "ent_a" });
    expect(await ask()).toMatchObject({ terms: { kind: "balance", into: "ent_a" }, choice: undefined });
  });

  test("a refusal is one; that something has to be paid is none", async () => {
    shop.error = new PaywallError("payment_expired", { detail: "Ask again." });
    expect((await ask()).problem).toEqual({ title: "The quote has expired", detail: "Ask again." });
  });

  test("a request with an Authorization of its own is paid over MPP", async () => {
    const answer = await fetch(`${shop.base}/p/weather`);
    const { lightning } = await readChallenge(answer, { ...request, hasAuthorization: true }, now());
    expect(lightning?.wire).toBe("mpp");
    expect(lightning?.present("ab".repeat(32))[0]).toBe("Payment-Authorization");
  });

  test("what has expired by now is no offer", async () => {
    const answer = await fetch(`${shop.base}/p/weather`);
    const challenge = await readChallenge(answer, request, now() + 7200);
    expect([challenge.lightning, challenge.secondsLeft]).toEqual([null, 0]);
  });
});

describe("a 402 of somebody else", () => {
  test("x402 v2, in the header alone", async () => {
    const resource = { url, description: "Ten days ahead" };
    const challenge = await read("{}", {
      "PAYMENT-REQUIRED": header({ x402Version: 2, resource, accepts: [accepted] }),
    });
    expect(challenge).toMatchObject({
      title: "/forecast",
      description: "Ten days ahead",
      seller: "shop.example",
      mode: "live",
      amount: 250_000n,
      msat: undefined,
      lightning: null,
      statusUrl: "",
      unlockUrl: "",
      sandboxPayUrl: "",
    });
    expect(challenge.x402[0]).toMatchObject({ network: "eip155:8453", assetName: "USD Coin" });
  });

  test("x402 v1, in the body", async () => {
    const { amount, ...rest } = accepted;
    const v1 = {
      ...rest,
      network: "base-sepolia",
      maxAmountRequired: amount,
      asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    };
    const challenge = await read({ x402Version: 1, accepts: [{ ...v1, description: "A report" }] });
    expect(challenge).toMatchObject({ mode: "test", amount: 250_000n, description: "A report" });
  });

  test("a token that is no dollar says no price", async () => {
    const challenge = await read({ accepts: [{ ...accepted, asset: "0x1" }] });
    expect([challenge.amount, challenge.x402[0]?.amount]).toEqual([undefined, "250000"]);
  });

  test("MPP of a card: named, and not payable here", async () => {
    const card = 'Payment id="a", realm="r", method="stripe", intent="charge", request="e30"';
    const challenge = await read("", { "WWW-Authenticate": card });
    expect(challenge.otherMethods).toEqual(["stripe"]);
    expect(isReadable(challenge)).toBe(true);
  });

  test("nothing that a page may read", async () => {
    expect(isReadable(await read("{}"))).toBe(false);
    expect(isReadable(await read("<h1>Payment required</h1>", { "PAYMENT-REQUIRED": "???" }))).toBe(false);
  });

  test("it cannot have a payment watched or traded at another origin", async () => {
    const links = {
      status: "https://evil.example/s",
      unlock: "//evil.example/u",
      sandboxPay: "javascript:1",
    };
    expect(await read({ mode: "test", links })).toMatchObject({
      statusUrl: "",
      unlockUrl: "",
      sandboxPayUrl: "",
    });
    const live = await read({ mode: "live", links: { sandboxPay: "https://wallet.example/pay" } });
    expect(live.sandboxPayUrl).toBe("");
  });

  test("whatever it says, it is read", async () => {
    const members = fc.record(
      {
        accepts: fc.oneof(
          fc.anything(),
          fc.array(fc.record({ scheme: fc.anything(), amount: fc.anything() })),
        ),
        price: fc.anything(),
        buys: fc.anything(),
        pricing: fc.anything(),
        links: fc.anything(),
        resource: fc.anything(),
        expires: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const text = fc
      .oneof(members, fc.anything())
      .map(
        (value) =>
          JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? 0 : member)) ?? "",
      );
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const challenge = await read(body, { "PAYMENT-REQUIRED": Buffer.from(body).toString("base64") });
        expect(typeof challenge.title).toBe("string");
        expect(challenge.lightning).toBeNull();
      }),
    );
  });
});
