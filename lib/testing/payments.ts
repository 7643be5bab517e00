import { randomBytes } from "node:crypto";
import { issueReceipt, type Quote, type Receipt, type WireId } from "@x402-paywall/core";
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
  } = input;
  const store = createPostgresStore({ pool: runtime.db.pool });
  const reference = randomBytes(32).toString("hex");
  const paymentKey = `ln:regtest:${reference}`;
  const bindingHash = randomBytes(32).toString("base64url");
  const rate = { msatPerUsd: 1_000_000n, asOf: 0 };
  const quote: Quote = {
    id: runtime.newId("q"),
    mode: "test",
    endpointId,
    routeId: null,
    priceVersion: 1,
    amount,
    rate,
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
  };
  const jws = issueReceipt(receipt, createSigner(runtime.keys.derive("receipt")));
  if (!(await store.recordSettlement({ paymentKey, owner }, { receipt, jws })))
    throw new Error("The payment was not settled");
  await store.finish({ paymentKey, owner }, { complete: true });
  return receipt;
}
