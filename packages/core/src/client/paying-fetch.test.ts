import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import {
  evmOffer,
  keys,
  makeInvoice,
  now,
  paymentHash,
  preimage,
  quote,
} from "../../test-support/fixtures.ts";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { formatChallenge } from "../challenge.ts";
import type { ChallengeInput } from "../challenge.ts";
import { readCredential } from "../credential.ts";
import { formatPaymentReceipt } from "../wire/payment-receipt.ts";
import { readEip3009Proof } from "../wire/eip3009.ts";
import { createPayingFetch } from "./paying-fetch.ts";
import type { PayingEvent, PayingFetchOptions } from "./paying-fetch.ts";

const url = "https://content.example/p/weather/today";
const bolt11 = makeInvoice();
const lightningOffer = {
  kind: "lightning",
  bolt11,
  paymentHash,
  amount: 10_000n,
  network: "regtest",
} as const;
const account = privateKeyToAccount(`0x${"12".repeat(32)}`);

function challenge(changes: Partial<ChallengeInput> = {}): Response {
  const { headers, body } = formatChallenge({
    quote,
    offers: [evmOffer, lightningOffer],
    resource: { url },
    realm: "content.example",
    slug: "weather",
    keys,
    crypto: nodeCrypto,
    wires: ["x402", "l402", "mpp"],
    docsBase: "https://paywall.example",
    ...changes,
  });
  return new Response(JSON.stringify(body), {
    status: 402,
    headers: headers.map(([name, value]) => [name, value]),
  });
}

const busy = (status: number, headers: Record<string, string>) => () => new Response("", { status, headers });
const down = () => Promise.reject(new TypeError("fetch failed"));
const slow = () => new Promise<{ preimage: string }>((resolve) => setTimeout(() => resolve({ preimage }), 5));

interface Setup {
  /** Answers to paid requests, in order; the last one repeats. */
  readonly paid?: readonly (() => Response | Promise<Response>)[];
  readonly challenge?: () => Response;
  readonly payInvoice?: (invoice: string) => Promise<{ preimage: string }>;
  readonly options?: Partial<PayingFetchOptions>;
}

function setUp({
  paid = [() => new Response("sunny")],
  challenge: ask = challenge,
  payInvoice,
  options,
}: Setup = {}) {
  const requests: Request[] = [];
  const invoices: string[] = [];
  const events: PayingEvent[] = [];
  const waits: number[] = [];
  let presented = 0;
  const payingFetch = createPayingFetch({
    wallets: {
      lightning: {
        payInvoice: async (invoice) => {
          invoices.push(invoice);
          return payInvoice ? payInvoice(invoice) : { preimage };
        },
      },
      evm: account,
    },
    rateMsatPerUsd: 1_000_000n,
    budget: { totalUsd: 1_000_000n },
    prefer: ["l402"],
    now: () => now,
    sleep: async (seconds) => void waits.push(seconds),
    onEvent: (event) => events.push(event),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      if (readCredential([...request.headers]) === undefined) return ask();
      return (paid[presented++] ?? paid.at(-1) ?? challenge)();
    },
    ...options,
  });
  return { payingFetch, requests, invoices, events, waits };
}

describe("createPayingFetch", () => {
  it("passes on what is not a 402", async () => {
    const { payingFetch, invoices, requests } = setUp({
      challenge: () => new Response("free", { status: 404 }),
    });
    expect((await payingFetch(url)).status).toBe(404);
    expect(invoices).toHaveLength(0);
    expect(requests).toHaveLength(1);
  });

  it.each(["x402", "l402", "mpp"] as const)("pays by %s and reads the answer", async (wire) => {
    const receipt = formatPaymentReceipt({
      status: "success",
      method: "lightning",
      timestamp: "2026-01-01T00:00:00Z",
      reference: "ab",
    });
    const paid = [() => new Response("sunny", { headers: { "Payment-Receipt": receipt } })];
    const { payingFetch, events, requests } = setUp({ paid, options: { prefer: [wire] } });
    const answer = await payingFetch(url, {
      method: "POST",
      body: '{"city":"Oslo"}',
      headers: { "X-Mine": "1" },
    });
    expect(await answer.text()).toBe("sunny");
    expect(events.map((event) => event.type)).toEqual(["paying", "paid", "answered"]);
    expect(events[2]).toMatchObject({ wire, amountUsd: 10_000n, receipt: { reference: "ab" } });
    const [first, second] = requests;
    expect(await second?.text()).toBe(await first?.text());
    expect(second?.headers.get("x-mine")).toBe("1");
    expect(second?.headers.get("content-type")).toBe(first?.headers.get("content-type"));
    const credential = readCredential([...(second?.headers ?? [])]);
    expect(credential?.wire).toBe(wire);
    if (credential?.wire === "x402") {
      const proof = readEip3009Proof(credential.payload);
      expect(proof).toMatchObject({ authorization: { value: 10_000n, validBefore: BigInt(now + 300) } });
    }
  });

  it("streams the answer: the first chunk is there before the last was sent", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const { payingFetch } = setUp({ paid: [() => new Response(readable)] });
    const answer = await payingFetch(url);
    const reader = answer.body?.getReader();
    void writer.write(new TextEncoder().encode("tick"));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("tick");
    void writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe("requests", () => {
  it("gives a Request and a form the same bytes twice", async () => {
    const { payingFetch, requests } = setUp();
    await payingFetch(new Request(url, { method: "POST", body: "from a request" }));
    const form = new FormData();
    form.set("a", "1");
    await payingFetch(url, { method: "POST", body: form });
    const bodies = await Promise.all(requests.map((request) => request.text()));
    expect(bodies[0]).toBe("from a request");
    expect(bodies[1]).toBe(bodies[0]);
    expect(bodies[3]).toBe(bodies[2]);
    expect(requests[3]?.headers.get("content-type")).toBe(requests[2]?.headers.get("content-type"));
    expect(requests.every((request) => request.method === "POST")).toBe(true);
  });

  it("refuses streams as bodies, before anything is sent", async () => {
    const { payingFetch, requests } = setUp();
    const body = new ReadableStream();
    await expect(payingFetch(url, { method: "POST", body })).rejects.toMatchObject({
      code: "body_not_repeatable",
    });
    expect(requests).toHaveLength(0);
  });

  it("returns a 402 that it cannot pay, body and all", async () => {
    const { payingFetch, invoices } = setUp({ options: { prefer: ["x402"], tokens: [] } });
    const answer = await payingFetch(url);
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ code: "payment_required" });
    expect(invoices).toHaveLength(0);
  });

  it("leaves the caller's own Authorization alone", async () => {
    const { payingFetch, requests } = setUp({ options: { prefer: ["l402", "mpp"] } });
    await payingFetch(url, { headers: { Authorization: "Bearer mine" } });
    expect(requests[1]?.headers.get("authorization")).toBe("Bearer mine");
    expect(requests[1]?.headers.get("payment-authorization")).toMatch(/^Payment /);
  });

  it("needs a rate of its own with a Lightning wallet", () => {
    const lightning = { payInvoice: async () => ({ preimage }) };
    expect(() => createPayingFetch({ wallets: { lightning }, budget: {} })).toThrow(TypeError);
  });
});

describe("the money", () => {
  it("is paid once, whatever the server answers", async () => {
    const { payingFetch, invoices } = setUp({ paid: [() => challenge()] });
    expect((await payingFetch(url)).status).toBe(402);
    expect(invoices).toHaveLength(1);
  });

  it("is shown again while the server is busy with it, after the time that it asks for", async () => {
    const paid = [
      busy(409, { "Retry-After": "2" }),
      busy(503, {}),
      busy(502, { "Retry-After": "900" }),
      () => new Response("sunny"),
    ];
    const { payingFetch, invoices, requests, waits } = setUp({ paid });
    expect(await (await payingFetch(url)).text()).toBe("sunny");
    expect(invoices).toHaveLength(1);
    expect(waits).toEqual([2, 1, 30]);
    const credentials = requests.slice(1).map((request) => request.headers.get("authorization"));
    expect(new Set(credentials).size).toBe(1);
  });

  it("is not shown forever", async () => {
    const { payingFetch, requests } = setUp({
      paid: [() => new Response("", { status: 503 })],
      options: { maxRetries: 3 },
    });
    expect((await payingFetch(url)).status).toBe(503);
    expect(requests).toHaveLength(1 + 4);
  });

  it("is not shown again after a final answer", async () => {
    for (const status of [409, 502, 500, 404]) {
      const { payingFetch, requests } = setUp({ paid: [() => new Response("", { status })] });
      expect((await payingFetch(url)).status).toBe(status);
      expect(requests).toHaveLength(2);
    }
  });

  it("survives a network that fails after the payment", async () => {
    const { payingFetch, invoices } = setUp({ paid: [down, down, () => new Response("sunny")] });
    expect(await (await payingFetch(url)).text()).toBe("sunny");
    expect(invoices).toHaveLength(1);
    const { payingFetch: never } = setUp({ paid: [down] });
    const error: unknown = await never(url).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "paid_without_answer",
      credential: ["Authorization", expect.stringMatching(/^L402 /)],
    });
  });

  it("stops waiting when the caller aborts, and hands out the credential", async () => {
    const controller = new AbortController();
    const sleep = async () => {
      controller.abort();
      throw new Error("Aborted");
    };
    const { payingFetch } = setUp({ paid: [() => new Response("", { status: 503 })], options: { sleep } });
    await expect(payingFetch(url, { signal: controller.signal })).rejects.toMatchObject({
      code: "paid_without_answer",
    });
  });
});

describe("budgets", () => {
  it.each([
    ["a payment", { perPaymentUsd: 9999n }],
    ["a host", { perHostUsd: 9999n }],
    ["all", { totalUsd: 9999n }],
  ])("hold for %s before anything is paid", async (_name, budget) => {
    for (const wire of ["x402", "l402", "mpp"] as const) {
      const { payingFetch, invoices, requests } = setUp({ options: { budget, prefer: [wire] } });
      await expect(payingFetch(url)).rejects.toMatchObject({ code: "budget_exceeded" });
      expect(invoices).toHaveLength(0);
      expect(requests).toHaveLength(1);
    }
  });

  it("are not overrun by 100 calls at once", async () => {
    const { payingFetch, invoices } = setUp({ payInvoice: slow, options: { budget: { totalUsd: 35_000n } } });
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => payingFetch(url)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(3);
    expect(invoices).toHaveLength(3);
  });

  it("count each host by itself", async () => {
    const { payingFetch, invoices } = setUp({ options: { budget: { perHostUsd: 10_000n } } });
    await payingFetch(url);
    await expect(payingFetch(url)).rejects.toMatchObject({ code: "budget_exceeded" });
    await payingFetch("https://other.example/x");
    expect(invoices).toHaveLength(2);
  });

  it("get back what the wallet did not pay, but not what it paid without telling", async () => {
    let fails = true;
    const payInvoice = async () => {
      if (fails) throw new Error("no route");
      return { preimage };
    };
    const { payingFetch } = setUp({ payInvoice, options: { budget: { totalUsd: 10_000n } } });
    await expect(payingFetch(url)).rejects.toMatchObject({ code: "payment_failed" });
    fails = false;
    expect(await (await payingFetch(url)).text()).toBe("sunny");
    const { payingFetch: silent } = setUp({
      payInvoice: async () => ({ preimage: "" }),
      options: { budget: { totalUsd: 10_000n } },
    });
    await expect(silent(url)).rejects.toMatchObject({ code: "paid_without_answer" });
    await expect(silent(url)).rejects.toMatchObject({ code: "budget_exceeded" });
  });

  it("measure the invoice at the payer's rate, whatever the server says it costs", async () => {
    const large = { ...lightningOffer, bolt11: makeInvoice({ amountMsat: 50_000_000n }) };
    const { payingFetch, invoices } = setUp({
      challenge: () => challenge({ offers: [large] }),
      options: { prefer: ["l402", "mpp"] },
    });
    await expect(payingFetch(url)).rejects.toMatchObject({ code: "budget_exceeded" });
    expect(invoices).toHaveLength(0);
  });

  it("let a cheaper wire be paid where the preferred one is too dear", async () => {
    const cheap = { ...lightningOffer, bolt11: makeInvoice({ amountMsat: 1000n }), amount: 1000n };
    const { payingFetch, events } = setUp({
      challenge: () => challenge({ offers: [evmOffer, cheap] }),
      options: { prefer: ["x402", "mpp"], budget: { perPaymentUsd: 5000n } },
    });
    await payingFetch(url);
    expect(events[0]).toMatchObject({ wire: "mpp", amountUsd: 1000n });
  });
});

describe("offers that lie are not paid", () => {
  it.each([
    ["an amount that is not the invoice's", { ...lightningOffer, amount: 5000n }, ["mpp" as const]],
    [
      "another payment hash",
      { ...lightningOffer, paymentHash: "ab".repeat(32) },
      ["mpp" as const, "l402" as const],
    ],
    ["another network", { ...lightningOffer, network: "mainnet" as const }, ["mpp" as const]],
    [
      "an invoice that expired",
      { ...lightningOffer, bolt11: makeInvoice({ timestamp: now - 600 }) },
      ["mpp" as const, "l402" as const],
    ],
    ["an invoice that is none", { ...lightningOffer, bolt11: "lnbcrt1x" }, ["mpp" as const, "l402" as const]],
  ])("%s", async (_name, offer, prefer) => {
    const { payingFetch, invoices } = setUp({
      challenge: () => challenge({ offers: [offer] }),
      options: { prefer },
    });
    expect((await payingFetch(url)).status).toBe(402);
    expect(invoices).toHaveLength(0);
  });
  it.each([
    ["an unknown token", { asset: "0x0000000000000000000000000000000000000001" }],
    ["another chain", { network: "eip155:1" }],
    ["another transfer", { extra: { ...evmOffer.requirements.extra, assetTransferMethod: "permit2" } }],
    ["a payee that is no address", { payTo: "somebody" }],
  ])("%s", async (_name, changes) => {
    const offer = { kind: "evm", requirements: { ...evmOffer.requirements, ...changes } } as const;
    const { payingFetch, requests } = setUp({
      challenge: () => challenge({ offers: [offer] }),
      options: { prefer: ["x402"] },
    });
    expect((await payingFetch(url)).status).toBe(402);
    expect(requests).toHaveLength(1);
  });
});
