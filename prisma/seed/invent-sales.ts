import { createHash } from "node:crypto";
import { eip3009PaymentKey, lightningPaymentKey, type Quote, type Receipt } from "@x402-paywall/core";
import type { RequestEvent } from "@x402-paywall/proxy";
import type { DemoEndpoint } from "./demo-endpoints.ts";

/** One payment of the demo's past, and the requests around it. */
export interface Sale {
  readonly quote: Quote;
  readonly receipt: Receipt;
  readonly challenge: RequestEvent;
  readonly paid: RequestEvent;
}

export interface History {
  readonly sales: readonly Sale[];
  /** Challenges that nobody paid. */
  readonly unpaid: readonly RequestEvent[];
}

const day = 86_400_000;
const wires = ["x402", "l402", "mpp"] as const;
const usdc = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";

/** Thirty days of plausible trade that ends at `now`: quiet nights, slow growth, some regulars. The same for the same endpoints and time. */
export function inventHistory(workspaceId: string, endpoints: readonly DemoEndpoint[], now: number): History {
  const random = createRandom(0x402);
  const start = now - 30 * day;
  const sales: Sale[] = [];
  const unpaid: RequestEvent[] = [];
  for (let index = 0; index < 30; index++) {
    const dayStart = start + index * day;
    const count = Math.round((12 + index * 0.55) * (0.7 + random() * 0.6));
    for (let each = 0; each < count; each++) {
      const at = dayStart + Math.floor(pickHour(random) * 3_600_000);
      if (at >= now - 60_000) continue;
      const endpoint = pickEndpoint(endpoints, random);
      if (endpoint === undefined) continue;
      sales.push(inventSale(workspaceId, endpoint, at, random));
      for (let lost = Math.floor(random() * 3); lost > 0; lost--)
        unpaid.push(inventChallenge(workspaceId, endpoint, at - 5_000 * lost, random));
    }
  }
  return { sales, unpaid };
}

function inventSale(workspaceId: string, endpoint: DemoEndpoint, at: number, random: () => number): Sale {
  const request = endpoint.requests[Math.floor(random() ** 1.6 * endpoint.requests.length)];
  if (request === undefined) throw new Error(`${endpoint.slug} has no requests to show`);
  const wire = wires[random() < 0.52 ? 0 : random() < 0.6 ? 1 : 2] ?? "x402";
  const secret = digest(`${endpoint.id} ${at} ${random()}`);
  const issuedAt = Math.floor(at / 1000) - 2;
  const quote: Quote = {
    id: toId(`quote ${secret}`),
    mode: "test",
    endpointId: endpoint.id,
    routeId: request.routeId,
    priceVersion: 1,
    amount: request.price,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1_000_000n, asOf: issuedAt },
    bindingHash: createHash("sha256").update(`binding ${secret}`).digest("base64url"),
    issuedAt,
    expiresAt: issuedAt + 300,
  };
  const receipt = inventReceipt(workspaceId, quote, wire, secret, Math.floor(random() ** 2 * 40));
  const event = {
    workspaceId,
    endpointId: endpoint.id,
    method: endpoint.method,
    path: request.path,
    client: random() < 0.8 ? "agent" : "person",
  } as const;
  const durationMs = Math.round(endpoint.seconds * 1_000 * (0.7 + random() * 0.8));
  return {
    quote,
    receipt,
    challenge: {
      ...event,
      at: at - 2_000,
      status: 402,
      kind: "challenge",
      wire: null,
      receiptId: null,
      bytesOut: 1_900,
      durationMs: 0.6,
    },
    paid: {
      ...event,
      at,
      status: 200,
      kind: "paid",
      wire,
      receiptId: receipt.id,
      bytesOut: endpoint.bytes,
      durationMs,
    },
  };
}

function inventReceipt(
  workspaceId: string,
  quote: Quote,
  wire: (typeof wires)[number],
  secret: string,
  regular: number,
): Receipt {
  const { amount, endpointId, bindingHash, mode } = quote;
  const common = {
    id: `rcp_${toId(`receipt ${secret}`)}`,
    mode,
    endpointId,
    workspaceId,
    quoteId: quote.id,
    bindingHash,
    rail: "sandbox",
    wire,
    amount,
    settledAt: quote.issuedAt + 2,
  } as const;
  if (wire === "x402") {
    const payer = `0x${digest(`payer ${regular}`).slice(0, 40)}`;
    return {
      ...common,
      payer,
      paymentKey: eip3009PaymentKey("eip155:84532", usdc, payer, `0x${secret}`),
      settled: { asset: "USDC", amount: `${amount}`, unit: "atomic", network: "eip155:84532" },
      reference: `0x${digest(`transaction ${secret}`)}`,
    };
  }
  return {
    ...common,
    paymentKey: lightningPaymentKey("regtest", secret),
    settled: { asset: "BTC", amount: `${amount}`, unit: "msat", network: "regtest" },
    reference: secret,
  };
}

function inventChallenge(
  workspaceId: string,
  endpoint: DemoEndpoint,
  at: number,
  random: () => number,
): RequestEvent {
  const client = random() < 0.6 ? "scanner" : random() < 0.7 ? "agent" : "person";
  const path = endpoint.requests[0]?.path ?? "";
  return {
    at,
    workspaceId,
    endpointId: endpoint.id,
    method: endpoint.method,
    path,
    status: 402,
    kind: "challenge",
    client,
    wire: null,
    receiptId: null,
    bytesOut: 1_900,
    durationMs: 0.5,
  };
}

function pickEndpoint(endpoints: readonly DemoEndpoint[], random: () => number): DemoEndpoint | undefined {
  let left = random() * endpoints.reduce((sum, { weight }) => sum + weight, 0);
  return endpoints.find(({ weight }) => (left -= weight) < 0) ?? endpoints.at(-1);
}

/** Hours of a day, most of them around the afternoon. */
function pickHour(random: () => number): number {
  return (8 + ((random() + random() + random()) / 3) * 24) % 24;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** 22 base64url characters, as a random identifier has. */
function toId(text: string): string {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}

/** Mulberry32: numbers from 0 to 1, the same sequence for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
