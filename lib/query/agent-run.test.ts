import { formatL402Challenge, formatPaymentReceipt, formatPaymentRequired } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  type AgentRun,
  type AgentStep,
  appendStep,
  readL402Offer,
  readReceiptId,
  runAgent,
} from "./agent-run.ts";

const url = "http://127.0.0.1:4020/p/weather?city=Paris";
const token = "AgEEbHNhdAJC";
const bolt11 = "lnbcrt1invoice";
const preimage = "5d".repeat(32);
const receiptId = "rcp_Q2hlY2tUaGlzT3V0Tm93Q1";

const required = formatPaymentRequired({ x402Version: 2, resource: { url }, accepts: [] });
const challenge = (): Response =>
  new Response("{}", {
    status: 402,
    headers: { "www-authenticate": formatL402Challenge({ token, bolt11 }), "payment-required": required },
  });

function stream(chunks: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

const paid = (): Response =>
  new Response(stream(["one ", "two"]), {
    headers: {
      "payment-receipt": formatPaymentReceipt({
        status: "success",
        method: "lightning",
        timestamp: "2026-11-23T00:00:00Z",
        reference: "00",
        url: `http://localhost:3000/r/${receiptId}`,
      }),
    },
  });

async function collect(change: Partial<AgentRun>): Promise<{ steps: AgentStep[]; sent: RequestInit[] }> {
  const sent: RequestInit[] = [];
  const steps: AgentStep[] = [];
  const run: AgentRun = {
    url,
    method: "GET",
    body: null,
    fetch: (_input, init) => {
      sent.push(init ?? {});
      return Promise.resolve(sent.length === 1 ? challenge() : paid());
    },
    pay: () => Promise.resolve(preimage),
    now: () => 0,
    ...change,
  };
  for await (const step of runAgent(run)) steps.push(step);
  return { steps, sent };
}

describe("runAgent", () => {
  it("asks, pays, asks again and reads the answer as it comes", async () => {
    const { steps, sent } = await collect({});
    expect(steps.map((step) => step.kind)).toEqual([
      "request",
      "answer",
      "payment",
      "request",
      "answer",
      "body",
      "body",
      "body",
      "paid",
    ]);
    expect(new Headers(sent[0]?.headers).get("authorization")).toBeNull();
    expect(new Headers(sent[1]?.headers).get("authorization")).toBe(`L402 ${token}:${preimage}`);
    expect(steps[1]).toMatchObject({ status: 402, required: { x402Version: 2 } });
    expect(steps[7]).toEqual({ kind: "body", text: "one two", bytes: 7, chunks: 2, done: true });
    expect(steps[8]).toEqual({ kind: "paid", receiptId });
  });

  it("pays nothing where nothing is asked", async () => {
    const { steps } = await collect({
      fetch: () => Promise.resolve(new Response("free")),
      pay: () => Promise.reject(new Error("must not pay")),
    });
    expect(steps.map((step) => step.kind)).toEqual(["request", "answer", "body", "body"]);
  });

  it("sends the same body twice", async () => {
    const { sent } = await collect({ method: "POST", body: '{"a":1}' });
    expect(sent.map((init) => init.body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it("stops without an offer it can pay, and without a payment it could make", async () => {
    const none = await collect({ fetch: () => Promise.resolve(new Response(null, { status: 402 })) });
    expect(none.steps.at(-1)).toMatchObject({ kind: "failed" });
    const refused = await collect({ pay: () => Promise.reject(new Error("The invoice has expired.")) });
    expect(refused.steps.at(-1)).toEqual({ kind: "failed", message: "The invoice has expired." });
  });

  it("says in words that the link is not reachable", async () => {
    const { steps } = await collect({ fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
    expect(steps.at(-1)).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("cannot be reached"),
    });
  });

  it("keeps a long body short but counts it whole", async () => {
    const { steps } = await collect({
      fetch: () => Promise.resolve(new Response(stream(["x".repeat(9000), "y"]))),
    });
    expect(steps.at(-1)).toMatchObject({ bytes: 9001, chunks: 2, text: "x".repeat(4000) });
  });
});

describe("parts", () => {
  it("finds the L402 offer among others, under either name of the token", () => {
    const mpp = 'Payment id="1", realm="x", method="lightning", intent="charge", request="e30"';
    expect(readL402Offer(`${formatL402Challenge({ token, bolt11 })}, ${mpp}`)).toEqual({ token, bolt11 });
    expect(readL402Offer(`L402 version="0", token="${token}", invoice="${bolt11}"`)).toEqual({
      token,
      bolt11,
    });
    expect(readL402Offer(mpp)).toBeUndefined();
    expect(readL402Offer(null)).toBeUndefined();
  });

  it("takes the receipt's id from its own header, or a stream's announcement", () => {
    expect(readReceiptId(new Headers({ "paywall-receipt": receiptId }))).toBe(receiptId);
    expect(readReceiptId(new Headers({ "paywall-receipt": "<script>" }))).toBeNull();
    expect(readReceiptId(new Headers({ "payment-receipt-url": `http://x/r/${receiptId}` }))).toBe(receiptId);
    expect(readReceiptId(new Headers({ "payment-receipt": "nonsense" }))).toBeNull();
  });

  it("replaces a growing body and keeps everything else", () => {
    const body = (text: string): AgentStep => ({
      kind: "body",
      text,
      bytes: text.length,
      chunks: 1,
      done: false,
    });
    const steps = [body("a"), body("ab"), { kind: "failed", message: "x" } as const, body("c")].reduce(
      appendStep,
      [],
    );
    expect(steps.map((step) => step.kind)).toEqual(["body", "failed", "body"]);
    expect(steps[0]).toMatchObject({ text: "ab" });
  });
});
