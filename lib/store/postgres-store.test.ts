import { createServer } from "node:net";
import { PaywallError } from "@x402-paywall/core";
import { createClaims, describeStoreContract, type StoreHarness } from "@x402-paywall/proxy/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "../db.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
import { createPostgresStore } from "./postgres-store.ts";

async function makeHarness(): Promise<StoreHarness & { readonly database: TestDatabase }> {
  const database = await createTestDatabase();
  return {
    database,
    store: createPostgresStore({ pool: database.pool }),
    makeEndpoint: async () => {
      const { id, workspaceId } = await makeEndpoint(database.pool);
      return { workspaceId, endpointId: id };
    },
    ledger: async (receiptIds) => {
      const { rows } = await database.pool.query<{ id: string; amount: string }>(
        "select transaction_id as id, amount from ledger_entry where transaction_id = any($1)",
        [receiptIds],
      );
      return rows.map(({ id, amount }) => ({ receiptId: id, amount: BigInt(amount) }));
    },
    revoke: async (id) => {
      await database.pool.query("update entitlement set revoked_at = now() where id = $1", [id]);
    },
    close: database.close,
  };
}

describeStoreContract("postgres", makeHarness);

describe("postgres store", () => {
  let harness: Awaited<ReturnType<typeof makeHarness>>;
  beforeAll(async () => {
    harness = await makeHarness();
  });
  afterAll(() => harness.close());

  it("gives one key to one of 1,000 claims from two processes", async () => {
    const other = new Pool({ connectionString: harness.database.url, max: 10 });
    const stores = [harness.store, createPostgresStore({ pool: other })];
    const { claim } = await createClaims(harness);
    // Half of them outside of the batcher's shelter: each a batch of its own.
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => (stores[index % 2] ?? harness.store).claim(claim())),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "claimed")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "in-progress")).toHaveLength(999);
    await other.end();
  });

  it("settles once what two processes settle at the same time, in opposite orders", async () => {
    const other = new Pool({ connectionString: harness.database.url, max: 10 });
    const second = createPostgresStore({ pool: other });
    const fixtures = await Promise.all(Array.from({ length: 60 }, () => createClaims(harness)));
    await Promise.all(fixtures.map(({ claim, ref }) => harness.store.claim(claim({ owner: ref.owner }))));
    const settled = await Promise.all([
      ...fixtures.map(({ ref, record }) => harness.store.recordSettlement(ref, record())),
      ...fixtures.toReversed().map(({ ref, record }) => second.recordSettlement(ref, record())),
    ]);
    expect(settled.every(Boolean)).toBe(true);
    const workspaces = fixtures.map(({ claim }) => claim().workspaceId);
    expect(await sums(workspaces)).toEqual({ receipts: "60", same: true });
    await other.end();
  });

  it("does not let a row that Postgres refuses fail the rest of its batch", async () => {
    const [good, bad] = [await createClaims(harness), await createClaims(harness)];
    const { quote } = bad.claim();
    const outcomes = await Promise.allSettled([
      harness.store.claim(good.claim()),
      harness.store.claim(bad.claim({ quote: { ...quote, amount: -1n } })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("counts challenges by hour, in the endpoint's mode", async () => {
    const { event, store } = await createClaims(harness);
    await store.recordEvents([event, event, { ...event, kind: "paid", wire: "l402" }]);
    const { rows } = await harness.database.pool.query(
      "select mode, wire, challenges::int, paid_requests::int from rollup_hourly where workspace_id = $1",
      [event.workspaceId],
    );
    expect(rows).toEqual([{ mode: "test", wire: "", challenges: 2, paid_requests: 0 }]);
  });

  it("writes the payment's timeline", async () => {
    const { claim, ref, record, store } = await createClaims(harness);
    await store.claim(claim({ owner: ref.owner }));
    await store.beginSettlement(ref);
    await store.recordSettlement(ref, record());
    await store.finish(ref, { complete: true });
    const { rows } = await harness.database.pool.query(
      "select state from payment_event where payment_key = $1 order by id",
      [ref.paymentKey],
    );
    expect(rows.map(({ state }) => state)).toEqual(["settling", "settled", "delivered"]);
  });

  it("gives up within two seconds on a database that answers nothing any more", async () => {
    const { claim, event, store, ref } = await createClaims(harness);
    const holder = await harness.database.pool.connect();
    try {
      await holder.query("begin; lock table payment, request_event in access exclusive mode");
      const started = performance.now();
      const outcomes = await Promise.allSettled([
        store.claim(claim()),
        store.findPayment(ref.paymentKey),
        store.recordEvents([event]),
      ]);
      expect(performance.now() - started).toBeLessThan(2_000);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ reason: { code: "store_unavailable" } });
    } finally {
      await holder.query("rollback");
      holder.release();
    }
    // It goes on as soon as the database does.
    expect(await store.claim((await createClaims(harness)).claim())).toMatchObject({ outcome: "claimed" });
  });

  async function sums(workspaces: readonly string[]) {
    const { rows } = await harness.database.pool.query<{ receipts: string; same: boolean }>(
      `select (select count(*) from receipt where workspace_id = any($1)) as receipts,
         (select sum(amount) from receipt where workspace_id = any($1))
           = (select sum(amount) from ledger_entry where workspace_id = any($1) and account = 'revenue')
         and (select sum(amount) from receipt where workspace_id = any($1))
           = (select sum(revenue) from rollup_hourly where workspace_id = any($1)) as same`,
      [workspaces],
    );
    return rows[0];
  }
});

describe("with the database away", () => {
  const expectAway = async (url: string) => {
    const pool = createPool(url);
    const makeNone = async () => ({ workspaceId: "ws_1", endpointId: "ep_1" });
    const store = createPostgresStore({ pool });
    const { claim } = await createClaims({ store, makeEndpoint: makeNone, close: async () => {} });
    const started = performance.now();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => store.claim(claim())));
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const outcome of outcomes) {
      const reason: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
      expect(reason).toBeInstanceOf(PaywallError);
      expect(reason).toMatchObject({ code: "store_unavailable", options: { retryAfter: 1 } });
    }
    void pool.end();
  };

  it("refuses at once where nothing listens", () => expectAway("postgres://nobody@127.0.0.1:1/none"));

  it("refuses within two seconds where nobody answers", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    await expectAway(`postgres://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/none`);
    silent.close();
  });
});
