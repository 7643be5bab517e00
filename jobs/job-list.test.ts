import { randomBytes } from "node:crypto";
import type { Quote } from "@x402-paywall/core";
import type { AtomicStore, NewClaim, Settlement } from "@x402-paywall/proxy";
import { createSigner } from "@x402-paywall/proxy/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { UNDELIVERED_HOURS } from "../lib/services/payments/mark-refund-due.ts";
import { createPostgresStore } from "../lib/store/postgres-store.ts";
import { makeEndpoint, type TestEndpoint } from "../lib/testing/factories.ts";
import { makePaidRequest, makePass, type PaidRequest } from "../lib/testing/payments.ts";
import { createRefundRail } from "../lib/testing/refund-rail.ts";
import { createTestRuntime, type TestRuntime } from "../lib/testing/runtime.ts";
import { type JobDeps, listJobs } from "./job-list.ts";
import { startJobs } from "./start-jobs.ts";

const answers = new Map<string, Settlement>();
const rail = {
  ...createRefundRail(),
  status: async (key: string): Promise<Settlement> =>
    answers.get(key) ?? { outcome: "failed", detail: "Nothing" },
};
const settled: Settlement = { outcome: "settled", reference: "0xabc" };
let runtime: TestRuntime;
let store: AtomicStore;
let endpoint: TestEndpoint;
let deps: JobDeps;
let clock = Date.now();
const errors: string[] = [];

beforeAll(async () => {
  runtime = await createTestRuntime({ rails: [rail], now: () => clock });
  store = createPostgresStore({ pool: runtime.db.pool });
  endpoint = await makeEndpoint(runtime.db.pool);
  deps = {
    database: runtime.db,
    plane: { store, rails: [rail], signer: createSigner(runtime.keys.derive("receipt")) },
    now: () => clock,
    log: ({ event }) => errors.push(event),
    logError: (message, error) => errors.push(`${message} ${String(error)}`),
  };
});
beforeEach(() => {
  clock = Date.now();
});
afterAll(() => runtime.close());

const run = (name: string): Promise<object> | undefined =>
  listJobs(deps)
    .find((job) => job.name === name)
    ?.run();
const stateOf = async (key: string) => (await store.findPayment(key))?.state;

/** What a gateway leaves that dies at this point; its lease has run out. */
async function crash(at: "claimed" | "settling" | "unknown", leaseMs = -10_000): Promise<NewClaim> {
  const issuedAt = Math.floor(clock / 1000);
  const quote: Quote = {
    id: randomBytes(11).toString("hex"),
    mode: "test",
    endpointId: endpoint.id,
    routeId: null,
    priceVersion: 1,
    amount: 10_000n,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1_000_000n, asOf: issuedAt },
    bindingHash: randomBytes(32).toString("base64url"),
    issuedAt,
    expiresAt: issuedAt + 300,
  };
  const claim: NewClaim = {
    paymentKey: `eip3009:test:${randomBytes(16).toString("hex")}`,
    owner: runtime.newId("own_"),
    leaseMs,
    workspaceId: endpoint.workspaceId,
    quote,
    rail: "sandbox",
    wire: "x402",
    payer: "0xaa",
  };
  await store.claim(claim);
  if (at !== "claimed") await store.beginSettlement(claim);
  if (at === "unknown") await store.markUnknown(claim);
  return claim;
}

describe("reconcile-payments", () => {
  it("brings each state to its right end, twice at once as once", async () => {
    const claimed = await crash("claimed");
    const paid = [await crash("settling"), await crash("unknown")];
    const unpaid = [await crash("settling"), await crash("unknown")];
    const dark = await crash("settling");
    for (const { paymentKey } of [claimed, ...paid]) answers.set(paymentKey, settled);
    answers.set(dark.paymentKey, { outcome: "unknown", retryAfter: 1 });
    await Promise.all([run("reconcile-payments"), run("reconcile-payments"), run("reconcile-payments")]);
    expect(await stateOf(claimed.paymentKey)).toBe("released");
    for (const { paymentKey } of paid) expect(await stateOf(paymentKey)).toBe("settled");
    for (const { paymentKey } of unpaid) expect(await stateOf(paymentKey)).toBe("released");
    expect(await stateOf(dark.paymentKey)).toBe("unknown");
    const receipts = await runtime.db.prisma.receipt.findMany();
    expect(receipts.map(({ paymentKey }) => paymentKey).toSorted()).toEqual(
      paid.map(({ paymentKey }) => paymentKey).toSorted(),
    );
    const [first] = paid;
    if (first === undefined) throw new Error("There are two");
    // The same credential works until it is served.
    expect(await store.claim({ ...first, owner: "own_retry", leaseMs: 60_000 })).toMatchObject({
      outcome: "claimed",
      previous: "settled",
    });
    const { rows } = await runtime.db.pool.query("select sum(amount)::text as sum from ledger_entry");
    expect(rows).toEqual([{ sum: "0" }]);
    expect(errors).toEqual([]);
  });

  it("goes on while there is something to do: a crash under load leaves hundreds", async () => {
    const many = await Promise.all(Array.from({ length: 250 }, () => crash("settling")));
    for (const { paymentKey } of many) answers.set(paymentKey, settled);
    expect(await run("reconcile-payments")).toMatchObject({ settled: 250 });
  });

  it("happens by itself, well within a minute of the crash", async () => {
    const { ready, stop } = startJobs({ ...deps, now: Date.now });
    await ready;
    const { paymentKey } = await crash("settling", 300);
    answers.set(paymentKey, settled);
    await vi.waitFor(async () => expect(await stateOf(paymentKey)).toBe("settled"), {
      timeout: 15_000,
      interval: 250,
    });
    await stop();
  });
});

describe("refund-due", () => {
  const hours = (count: number) => Math.floor(clock / 1000) - count * 3_600;
  const pay = async (rest: Partial<PaidRequest> = {}): Promise<string> => {
    const { paymentKey } = await makePaidRequest(runtime, {
      workspaceId: endpoint.workspaceId,
      endpointId: endpoint.id,
      settledAt: hours(UNDELIVERED_HOURS + 1),
      served: false,
      ...rest,
    });
    return paymentKey;
  };

  it("gives back what was paid and never served, once, and nothing else", async () => {
    const due = await pay();
    const others = [
      await pay({ settledAt: hours(UNDELIVERED_HOURS - 1) }),
      await pay({ served: true }),
      await pay({ entitlement: makePass(runtime, endpoint.id) }),
    ];
    const busy = await pay();
    await runtime.db.pool.query(
      "update payment set owner = 'own_live', lease_until = now() + interval '20 s' where payment_key = $1",
      [busy],
    );
    const interrupted = await pay();
    await runtime.db.pool.query("update payment set attempts = 1 where payment_key = $1", [interrupted]);
    await Promise.all([run("refund-due"), run("refund-due")]);
    await run("refund-due");
    expect(await stateOf(due)).toBe("refunded");
    for (const key of [...others, busy, interrupted]) expect(await stateOf(key)).not.toMatch(/refund/);
    const refunds = await runtime.db.prisma.refund.findMany();
    expect(refunds).toMatchObject([{ paymentKey: due, state: "done", amount: 10_000n, byUserId: null }]);
    const events = await runtime.db.prisma.paymentEvent.findMany({
      where: { paymentKey: due },
      orderBy: { id: "asc" },
    });
    expect(events.map(({ state }) => state)).toEqual([
      "settled",
      "settled",
      "refund-due",
      "refunding",
      "refunded",
    ]);
  });

  it("leaves it to the creator where the rail cannot", async () => {
    const due = await pay();
    await runtime.db.pool.query("update payment set rail = 'lightning' where payment_key = $1", [due]);
    await run("refund-due");
    expect(await runtime.db.prisma.payment.findUniqueOrThrow({ where: { paymentKey: due } })).toMatchObject({
      state: "refund-due",
      refunded: 0n,
    });
    // Its credential is no longer good for an answer: it would be both.
    const { quote } = await crash("claimed");
    const again = await store.claim({
      paymentKey: due,
      owner: "own_x",
      leaseMs: 1,
      workspaceId: endpoint.workspaceId,
      quote,
      rail: "lightning",
      wire: "l402",
    });
    expect(again.outcome).not.toBe("claimed");
  });
});

it("sweep-expired deletes what has run out, and keeps the rest", async () => {
  const { pool } = runtime.db;
  const { workspaceId, id } = endpoint;
  await pool.query(
    "insert into stored_answer (key, binding_hash, status, headers, body, expires_at) values ('old', 'h', 200, '[]', '', now() - interval '1 s'), ('new', 'h', 200, '[]', '', now() + interval '1 h')",
  );
  await pool.query(
    "insert into free_use (endpoint_id, payer, day) values ($1, 'old', current_date - 3), ($1, 'new', current_date)",
    [id],
  );
  await pool.query(
    "insert into rate_limit (key, resets_at, count) values ('old', now() - interval '2 min', 1), ('new', now(), 1)",
  );
  await pool.query(
    `insert into invoice (payment_hash, workspace_id, endpoint_id, mode, quote_id, bolt11, amount, expires_at, paid_at)
     values ('old', $1, $2, 'test', 'q', 'lnbcrt', 1, now() - interval '2 days', null),
            ('paid', $1, $2, 'test', 'q', 'lnbcrt', 1, now() - interval '2 days', now()),
            ('new', $1, $2, 'test', 'q', 'lnbcrt', 1, now(), null)`,
    [workspaceId, id],
  );
  expect(await run("sweep-expired")).toEqual({ stored_answer: 1, free_use: 1, rate_limit: 1, invoice: 1 });
  const { rows } = await pool.query("select payment_hash from invoice order by 1");
  expect(rows).toEqual([{ payment_hash: "new" }, { payment_hash: "paid" }]);
});

it("sweep-holds returns what a dead process held", async () => {
  const entitlement = {
    ...makePass(runtime, endpoint.id),
    kind: "balance" as const,
    scope: "*",
    deposit: 10_000n,
  };
  await makePaidRequest(runtime, { workspaceId: endpoint.workspaceId, endpointId: endpoint.id, entitlement });
  const id = runtime.newId("hld_");
  await store.openHold({ id, entitlementId: entitlement.id, amount: 4_000n, uses: 0, leaseMs: -1_000 });
  expect(await run("sweep-holds")).toEqual({ swept: 1 });
  expect(await store.findEntitlement(entitlement.id)).toMatchObject({
    held: 0n,
    spent: 0n,
    deposited: 10_000n,
  });
});
