import { randomBytes } from "node:crypto";
import {
  issueReceipt,
  type Quote,
  type Rate,
  type Receipt,
  type Terms,
  type WireId,
} from "@x402-paywall/core";
import type { NewEntitlement } from "@x402-paywall/proxy";
import { createSigner } from "@x402-paywall/proxy/node";
import { createPostgresStore } from "../store/postgres-store.ts";
import type { TestRuntime } from "./runtime.ts";

export interface PaidRequest {
  readonly workspaceId: string;
  readonly endpointId: string;
  /** µUSD */
  readonly amount?: bigint;
  readonly wire?: WireId;
  readonly payer?: string;
  /** Unix seconds. */
  readonly settledAt?: number;
  /** What it buys; the one request unless given. */
  readonly terms?: Terms;
  /** What its receipt says of the exchange rate; nothing unless given. */
  readonly rate?: Rate;
  readonly entitlement?: NewEntitlement;
  /** False: paid, and the answer never went out. */
  readonly served?: boolean;
}

/** One payment as the engine leaves it behind: claimed, settled, with a signed receipt. */
export async function makePaidRequest(runtime: TestRuntime, input: PaidRequest): Promise<Receipt> {
  const {
    workspaceId,
    endpointId,
    amount = 10_000n,
    wire = "l402",
    payer,
    settledAt = Math.floor(runtime.now() / 1000),
    terms = { kind: "use" },
    entitlement,
    rate,
    served = true,
  } = input;
  const store = createPostgresStore({ pool: runtime.db.pool });
  const reference = randomBytes(32).toString("hex");
  const paymentKey = `ln:regtest:${reference}`;
  const bindingHash = randomBytes(32).toString("base64url");
  const quote: Quote = {
    id: runtime.newId("q"),
    mode: "test",
    endpointId,
    routeId: null,
    priceVersion: 1,
    amount,
    terms,
    rate: rate ?? { msatPerUsd: 1_000_000n, asOf: 0 },
    bindingHash,
    issuedAt: settledAt,
    expiresAt: settledAt + 300,
  };
  const owner = runtime.newId("own_");
  const known = payer === undefined ? {} : { payer };
  await store.claim({
    paymentKey,
    owner,
    leaseMs: 60_000,
    workspaceId,
    quote,
    rail: "sandbox",
    wire,
    ...known,
  });
  const settled = { asset: "BTC", amount: amount.toString(), unit: "msat", network: "regtest" };
  const receipt: Receipt = {
    id: runtime.newId("rcp_"),
    mode: "test",
    endpointId,
    workspaceId,
    quoteId: quote.id,
    bindingHash,
    rail: "sandbox",
    wire,
    paymentKey,
    ...known,
    amount,
    settled,
    reference,
    settledAt,
    ...(rate === undefined ? {} : { rate }),
  };
  const jws = issueReceipt(receipt, createSigner(runtime.keys.derive("receipt")));
  const record = { receipt, jws, ...(entitlement === undefined ? {} : { entitlement }) };
  if (!(await store.recordSettlement({ paymentKey, owner }, record)))
    throw new Error("The payment was not settled");
  if (served) await store.finish({ paymentKey, owner }, { complete: true });
  else await store.release({ paymentKey, owner });
  return receipt;
}

/** A day's pass to all that the default price prices. */
export function makePass(runtime: TestRuntime, endpointId: string): NewEntitlement {
  return {
    id: runtime.newId("ent_"),
    kind: "pass",
    mode: "test",
    endpointId,
    scope: "rule_default",
    expiresAt: Math.floor(runtime.now() / 1000) + 86_400,
    uses: null,
    deposit: 0n,
  };
}
