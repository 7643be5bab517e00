import type { Quote } from "@x402-paywall/core";
import type {
  AtomicStore,
  ClaimRef,
  InvoiceRecord,
  NewClaim,
  NewEntitlement,
  NewHold,
  RequestEvent,
  SettlementRecord,
} from "../store.ts";

/** What an implementation gives to the contract suite. */
export interface StoreHarness {
  readonly store: AtomicStore;
  /** Mints a workspace and an endpoint in it, for stores with foreign keys. */
  makeEndpoint(): Promise<{ readonly workspaceId: string; readonly endpointId: string }>;
  /** Moves the store's clock by milliseconds; without it the suite waits. */
  advance?(milliseconds: number): void | Promise<void>;
  /** All ledger entries, or at least those of the given receipts. */
  ledger?(
    receiptIds: readonly string[],
  ): Promise<readonly { readonly receiptId: string | null; readonly amount: bigint }[]>;
  /** Calls of one turn reach the store through several connections, in any order. */
  readonly unordered?: boolean;
  /** What a refund does to an entitlement; without it the tests of that are left out. */
  revoke?(entitlementId: string): void | Promise<void>;
  close(): Promise<void>;
}

/** A payment of its own for one test: nothing is shared between tests, nothing is wiped. */
export interface ClaimFixture {
  readonly store: AtomicStore;
  readonly ref: ClaimRef;
  readonly otherQuote: Quote;
  readonly invoice: InvoiceRecord;
  readonly event: RequestEvent;
  /** Each call is another presentation with another owner, unless given. */
  claim(overrides?: Partial<NewClaim>): NewClaim;
  record(overrides?: Partial<SettlementRecord>): SettlementRecord;
}

/** Mints an endpoint and a payment key that no other test has. */
export async function createClaims(harness: StoreHarness): Promise<ClaimFixture> {
  const { workspaceId, endpointId } = await harness.makeEndpoint();
  const paymentHash = randomHex(32);
  const quote = makeQuote(endpointId);
  const ref = { paymentKey: `ln:regtest:${paymentHash}`, owner: `own_${randomHex(8)}` };
  const receiptId = `rcp_${randomHex(11)}`;
  return {
    store: harness.store,
    ref,
    otherQuote: makeQuote(endpointId),
    invoice: makeInvoice(paymentHash, quote, workspaceId),
    event: makeEvent(workspaceId, endpointId),
    claim: (overrides) => ({
      paymentKey: ref.paymentKey,
      owner: `own_${randomHex(8)}`,
      leaseMs: 60_000,
      workspaceId,
      quote,
      rail: "sandbox",
      wire: "l402",
      ...overrides,
    }),
    record: (overrides) => ({
      receipt: makeReceipt(receiptId, workspaceId, quote, paymentHash),
      jws: "a.b.c",
      ...overrides,
    }),
  };
}

/** Buys an entitlement with a payment of its own; µUSD, and 100 of them unless said otherwise. */
export async function openEntitlement(
  harness: StoreHarness,
  overrides: Partial<NewEntitlement> = {},
): Promise<{ readonly entitlement: NewEntitlement; readonly fixture: ClaimFixture }> {
  const fixture = await createClaims(harness);
  const { claim, store, ref, record } = fixture;
  const { endpointId, mode, expiresAt } = claim().quote;
  const entitlement: NewEntitlement = {
    id: `ent_${randomHex(11)}`,
    kind: "balance",
    mode,
    endpointId,
    scope: "*",
    expiresAt,
    uses: null,
    deposit: 100n,
    ...overrides,
  };
  await store.claim(claim({ owner: ref.owner }));
  if (!(await store.recordSettlement(ref, record({ entitlement }))))
    throw new Error("The entitlement was not opened");
  return { entitlement, fixture };
}

/** `hld_…`, on an entitlement: one µUSD unless said otherwise. */
export function makeHold(entitlementId: string, overrides: Partial<NewHold> = {}): NewHold {
  return { id: `hld_${randomHex(11)}`, entitlementId, amount: 1n, uses: 0, leaseMs: 60_000, ...overrides };
}

/** Moves the store's clock where the harness can, else waits. */
export async function passTime(harness: StoreHarness, milliseconds: number): Promise<void> {
  if (harness.advance !== undefined) await harness.advance(milliseconds);
  else await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function makeReceipt(
  id: string,
  workspaceId: string,
  quote: Quote,
  paymentHash: string,
): SettlementRecord["receipt"] {
  return {
    id,
    mode: quote.mode,
    endpointId: quote.endpointId,
    workspaceId,
    quoteId: quote.id,
    bindingHash: quote.bindingHash,
    rail: "sandbox",
    wire: "l402",
    paymentKey: `ln:regtest:${paymentHash}`,
    amount: quote.amount,
    settled: { asset: "BTC", amount: "10000", unit: "msat", network: "regtest" },
    reference: paymentHash,
    settledAt: quote.issuedAt + 5,
  };
}

function makeInvoice(paymentHash: string, quote: Quote, workspaceId: string): InvoiceRecord {
  const { endpointId, mode, amount, expiresAt } = quote;
  const bolt11 = `lnbcrt${paymentHash}`;
  return {
    paymentHash,
    bolt11,
    quoteId: quote.id,
    endpointId,
    workspaceId,
    mode,
    amount,
    expiresAt,
    quote,
    nodeId: "ln_node",
    shared: false,
    paid: null,
  };
}

function makeQuote(endpointId: string): Quote {
  const issuedAt = Math.floor(Date.now() / 1000);
  return {
    id: randomHex(11),
    mode: "test",
    endpointId,
    routeId: null,
    priceVersion: 1,
    // Beyond 2^53: a store that goes through a double fails.
    amount: 9_007_199_254_740_993n,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1_000_000n, asOf: issuedAt },
    bindingHash: randomHex(22).slice(0, 43),
    issuedAt,
    expiresAt: issuedAt + 300,
  };
}

function makeEvent(workspaceId: string, endpointId: string): RequestEvent {
  return {
    at: Date.now(),
    workspaceId,
    endpointId,
    method: "GET",
    path: "/v1/x",
    status: 402,
    kind: "challenge",
    client: "agent",
    wire: null,
    receiptId: null,
    bytesOut: 0,
    durationMs: 1.5,
  };
}

function randomHex(bytes: number): string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
