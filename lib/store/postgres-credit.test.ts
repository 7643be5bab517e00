import { randomBytes } from "node:crypto";
import type { ClaimOutcome, Credit, CreditStore, NewClaim, NewEntitlement } from "@x402-paywall/proxy";
import { type ClaimFixture, createClaims, type StoreHarness } from "@x402-paywall/proxy/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
import { createPostgresStore } from "./postgres-store.ts";

let database: TestDatabase;
let other: Pool;
let store: CreditStore;
/** Of another process. */
let watcher: CreditStore;
beforeAll(async () => {
  database = await createTestDatabase();
  other = new Pool({ connectionString: database.url, max: 10 });
  store = createPostgresStore({ pool: database.pool });
  watcher = createPostgresStore({ pool: other });
});
afterAll(async () => {
  await other.end();
  await database.close();
});

interface Arrived extends ClaimFixture {
  credit(overrides?: Partial<Credit>): Credit;
}

async function arrive(): Promise<Arrived> {
  const harness: StoreHarness = {
    store,
    makeEndpoint: async () => {
      const { id, workspaceId } = await makeEndpoint(database.pool);
      return { workspaceId, endpointId: id };
    },
    close: async () => {},
  };
  const fixture = await createClaims(harness);
  const { claim, record } = fixture;
  const credit = (overrides: Partial<Credit> = {}): Credit => {
    const { owner: _owner, leaseMs: _leaseMs, ...rest } = claim();
    // Each of them signs a receipt of its own.
    const { receipt, jws } = record();
    const own = { ...receipt, id: `rcp_${randomBytes(16).toString("base64url")}` };
    return { claim: rest, record: { receipt: own, jws }, short: false, ...overrides };
  };
  return { ...fixture, credit };
}

async function rowOf({ ref }: ClaimFixture) {
  const { rows } = await database.pool.query<{
    state: string;
    owner: string | null;
    due: boolean;
    receipts: number;
  }>(
    `select state, owner, refund_due_at is not null as due, entitlement_id,
       (select count(*)::int from receipt r where r.payment_key = p.payment_key) as receipts
     from payment p where payment_key = $1`,
    [ref.paymentKey],
  );
  return rows[0];
}

/** Receipts, ledger and rollup of a workspace say the same. */
async function revenueOf({ event }: ClaimFixture): Promise<bigint[]> {
  const { rows } = await database.pool.query<{ sum: string | null }>(
    `select sum(amount) as sum from receipt where workspace_id = $1
     union all select sum(amount) from ledger_entry where workspace_id = $1 and account = 'revenue'
     union all select -sum(amount) from ledger_entry where workspace_id = $1 and account like 'rail:%'
     union all select sum(revenue) from rollup_hourly where workspace_id = $1`,
    [event.workspaceId],
  );
  return rows.map(({ sum }) => BigInt(sum ?? 0));
}

describe("credit", () => {
  it("writes down what nobody presented, and whoever comes later is served for it", async () => {
    const arrived = await arrive();
    const credit = arrived.credit();
    expect(await watcher.credit(credit)).toBe("credited");
    const { receipt, jws } = credit.record;
    expect(await store.findReceipt(receipt.id)).toEqual({ receipt, jws });
    expect(await rowOf(arrived)).toMatchObject({ state: "settled", owner: null, due: false, receipts: 1 });
    const sum = receipt.amount;
    expect(await revenueOf(arrived)).toEqual([sum, sum, sum, sum]);
    const late = arrived.claim();
    expect(await store.claim(late)).toEqual({
      outcome: "claimed",
      previous: "settled",
      receiptId: receipt.id,
      attempts: 0,
      note: null,
    });
    expect(await store.finish(late, { complete: true })).toBe("delivered");
  });

  it("is written once, by however many", async () => {
    const arrived = await arrive();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? store : watcher).credit(arrived.credit())),
    );
    expect(outcomes.filter((outcome) => outcome === "credited")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "known")).toHaveLength(29);
    expect(await rowOf(arrived)).toMatchObject({ receipts: 1 });
  });

  it("leaves a payment to the presentation that holds it, and takes it when that is gone", async () => {
    const arrived = await arrive();
    const live = arrived.claim({ leaseMs: 150 });
    await store.claim(live);
    expect(await watcher.credit(arrived.credit())).toBe("held");
    expect(await rowOf(arrived)).toMatchObject({ state: "claimed", owner: live.owner, receipts: 0 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await watcher.credit(arrived.credit())).toBe("credited");
    expect(await store.recordSettlement(live, arrived.record())).toBe(false);
    expect(await rowOf(arrived)).toMatchObject({ state: "settled", owner: null, receipts: 1 });
  });

  it.each(["released", "unknown", "settling"] as const)("takes up what was left %s", async (state) => {
    const arrived = await arrive();
    const gone = arrived.claim({ leaseMs: 1 });
    await store.claim(gone);
    if (state === "released") await store.release(gone);
    else await store.beginSettlement(gone);
    if (state === "unknown") await store.markUnknown(gone);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await watcher.credit(arrived.credit())).toBe("credited");
    expect(await rowOf(arrived)).toMatchObject({ state: "settled", receipts: 1 });
  });

  it("knows what is settled, delivered, spent, or was paid for another quote", async () => {
    const settled = await arrive();
    await store.claim(settled.claim({ owner: settled.ref.owner }));
    await store.recordSettlement(settled.ref, settled.record());
    expect(await watcher.credit(settled.credit())).toBe("known");
    await store.finish(settled.ref, { complete: true });
    expect(await watcher.credit(settled.credit())).toBe("known");
    const foreign = await arrive();
    await store.claim(foreign.claim({ owner: foreign.ref.owner, quote: foreign.otherQuote }));
    await store.release(foreign.ref);
    expect(await watcher.credit(foreign.credit())).toBe("known");
    expect(await rowOf(foreign)).toMatchObject({ state: "released", receipts: 0 });
  });

  it("waits a moment for a row that somebody writes, and no longer", async () => {
    const arrived = await arrive();
    const live = arrived.claim();
    await store.claim(live);
    await store.release(live);
    const holder = await database.pool.connect();
    try {
      await holder.query("begin");
      await holder.query("select from payment where payment_key = $1 for update", [arrived.ref.paymentKey]);
      const started = performance.now();
      expect(await watcher.credit(arrived.credit())).toBe("held");
      expect(performance.now() - started).toBeLessThan(1_000);
    } finally {
      await holder.query("rollback");
      holder.release();
    }
    expect(await watcher.credit(arrived.credit())).toBe("credited");
    // The patience was of that statement alone: the connection is a common one.
    expect((await other.query<{ lock_timeout: string }>("show lock_timeout")).rows).toEqual([
      { lock_timeout: "0" },
    ]);
  });

  it("owes back what is too little: a receipt over what arrived, and nothing bought", async () => {
    const arrived = await arrive();
    const { record } = arrived.credit();
    const receipt = { ...record.receipt, amount: 7n };
    expect(await watcher.credit(arrived.credit({ record: { ...record, receipt }, short: true }))).toBe(
      "credited",
    );
    expect(await rowOf(arrived)).toMatchObject({ state: "refund-due", due: true, receipts: 1 });
    expect(await revenueOf(arrived)).toEqual([7n, 7n, 7n, 7n]);
    expect(await store.claim(arrived.claim())).toEqual({ outcome: "delivered", receiptId: receipt.id });
    expect(await watcher.credit(arrived.credit())).toBe("known");
    const { rows } = await database.pool.query<{ state: string }>(
      "select state from payment_event where payment_key = $1 order by id",
      [arrived.ref.paymentKey],
    );
    expect(rows.map(({ state }) => state).toSorted()).toEqual(["refund-due", "settled"]);
  });

  it("opens what was bought, and adds to what is topped up", async () => {
    const [first, second, third] = [await arrive(), await arrive(), await arrive()];
    const balance = makeBalance(first);
    const buy = (arrived: Arrived, entitlement: NewEntitlement) =>
      watcher.credit(arrived.credit({ record: { ...arrived.credit().record, entitlement } }));
    expect(await buy(first, balance)).toBe("credited");
    const opened = await store.findEntitlement(balance.id);
    expect(opened).toMatchObject({ deposited: 100n, paymentKey: first.ref.paymentKey });
    const topUp = { ...balance, topUp: { seconds: 60 } };
    expect(await Promise.all([buy(second, topUp), buy(third, topUp)])).toEqual(["credited", "credited"]);
    expect(await store.findEntitlement(balance.id)).toMatchObject({
      deposited: 300n,
      expiresAt: (opened?.expiresAt ?? 0) + 120,
    });
    await database.pool.query("update entitlement set revoked_at = now() where id = $1", [balance.id]);
    const vain = await arrive();
    expect(await buy(vain, topUp)).toBe("credited");
    expect(await rowOf(vain)).toMatchObject({ state: "settled", due: true });
    expect(await store.findEntitlement(balance.id)).toMatchObject({ deposited: 300n });
  });
});

describe("credit beside presentations", () => {
  it("never makes one wait: each of 200 payments is its presentation's, whenever the credit comes", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const arrived = await arrive();
        const credit = () => watcher.credit(arrived.credit());
        if (index % 4 === 0) await store.claim(arrived.claim({ leaseMs: 0 }));
        const [claimed] = await Promise.all([store.claim(arrived.claim()), credit(), credit()]);
        return claimed;
      }),
    );
    expect(outcomes.filter(({ outcome }) => outcome !== "claimed")).toEqual([]);
    const previous = new Set(outcomes.map((each) => each.outcome === "claimed" && each.previous));
    // Both orders came about, else this shows nothing.
    expect(previous).toContain("settled");
    expect(previous).toContain(null);
  }, 30_000);

  it("leaves one receipt and one answer of 50 presentations at once", async () => {
    const rounds = Array.from({ length: 20 }, async () => {
      const arrived = await arrive();
      const presentations = Array.from({ length: 50 }, () => arrived.claim());
      const [outcomes] = await Promise.all([
        Promise.all(presentations.map((claim) => serve(claim, arrived))),
        ...Array.from({ length: 3 }, () => watcher.credit(arrived.credit())),
      ]);
      const served = outcomes.filter(({ outcome }) => outcome === "claimed");
      await watcher.credit(arrived.credit());
      return { served: served.length, ...(await rowOf(arrived)), revenue: await revenueOf(arrived) };
    });
    for (const { served, state, receipts, revenue } of await Promise.all(rounds)) {
      expect({ served, state, receipts }).toEqual({ served: 1, state: "delivered", receipts: 1 });
      expect(new Set(revenue).size).toBe(1);
    }
  }, 30_000);
});

/** What the engine does with a claim that is its own. */
async function serve(claim: NewClaim, { record }: Arrived): Promise<ClaimOutcome> {
  const outcome = await store.claim(claim);
  if (outcome.outcome !== "claimed") return outcome;
  if (outcome.previous !== "settled") expect(await store.recordSettlement(claim, record())).toBe(true);
  expect(await store.finish(claim, { complete: true })).toBe("delivered");
  return outcome;
}

function makeBalance({ claim }: ClaimFixture): NewEntitlement {
  const { endpointId, mode, expiresAt } = claim().quote;
  const id = `ent_${randomBytes(16).toString("base64url")}`;
  return { id, kind: "balance", mode, endpointId, scope: "*", expiresAt, uses: null, deposit: 100n };
}
