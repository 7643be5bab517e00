import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClaims, makeHold, openEntitlement } from "../../testing/index.ts";
import type { AtomicStore, NewEntitlement } from "../../store.ts";
import { alternateStore } from "../../../test/alternate-store.ts";
import { createSqlHarness, describeSqlStore, type SqlHarness } from "../../../test/describe-sql-store.ts";
import { createScratchDatabase, type ScratchDatabase } from "../../../test/scratch-database.ts";
import { createPostgresStore, migrate, postgresMigration, type PostgresPool } from "./index.ts";

const processes = 4;

async function openDatabase() {
  const database = await createScratchDatabase();
  const pools = Array.from({ length: processes }, () => database.connect(8));
  const [pool = database.connect()] = pools;
  await migrate(pool);
  return {
    database,
    pool,
    stores: pools.map((each) => createPostgresStore({ pool: each })),
    query: async (sql: string) => (await pool.query<Record<string, unknown>>(sql)).rows,
    close: () => database.close(),
  };
}

describeSqlStore("postgres, four processes", async () => {
  const opened = await openDatabase();
  return { ...opened, store: alternateStore(opened.stores) };
});
describeSqlStore("postgres without prepared statements", async () => {
  const opened = await openDatabase();
  return { ...opened, store: createPostgresStore({ pool: opened.pool, prepare: false }) };
});

describe("postgres store", () => {
  let database: ScratchDatabase;
  let pool: Pool;
  let harness: SqlHarness;
  beforeAll(async () => {
    const opened = await openDatabase();
    ({ database, pool } = opened);
    harness = createSqlHarness({ ...opened, store: alternateStore(opened.stores) });
  });
  afterAll(() => harness.close());

  it("opens, extends, settles, sweeps and tops up in several processes without a deadlock", async () => {
    const { store } = harness;
    const opened = await Promise.all(
      Array.from({ length: 12 }, () => openEntitlement(harness, { deposit: 1_000n })),
    );
    const ids = opened.map(({ entitlement }) => entitlement.id);
    for (let round = 0; round < 5; round++) {
      const holds = ids.flatMap((id) =>
        Array.from({ length: 4 }, () => makeHold(id, { amount: 10n, leaseMs: 1 })),
      );
      const topUps = await Promise.all(opened.map(({ entitlement }) => prepareTopUp(entitlement)));
      await Promise.all(holds.map((hold) => store.openHold(hold)));
      const settle = (id: string) => store.settleHold({ id, captured: 5n, uses: 0 });
      const extend = (id: string) => store.extendHold({ id, amount: 1n, captured: 2n, leaseMs: 1 });
      await Promise.all([
        ...topUps.flatMap((write) => [write(), write()]),
        ...holds.flatMap(({ id }, index) => [
          ...(index % 3 === 0 ? [store.sweepHolds(15)] : []),
          extend(id),
          settle(holds.at(-index)?.id ?? id),
        ]),
        ...ids.map((id) => store.markServed(id)),
      ]);
    }
    while ((await store.sweepHolds(100)) > 0);
    const records = await Promise.all(ids.map((id) => store.findEntitlement(id)));
    expect(records.map((record) => record?.held)).toEqual(ids.map(() => 0n));
    expect(records.map((record) => record?.deposited)).toEqual(ids.map(() => 1_050n));
    const rows = await harness.query(
      "select deadlocks::int from pg_stat_database where datname = current_database()",
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });

  it("does not open on what another takes meanwhile", async () => {
    const { entitlement } = await openEntitlement(harness, { deposit: 100n });
    const outcome = await meanwhile(
      (store) => store.openHold(makeHold(entitlement.id, { amount: 60n })),
      () => harness.store.openHold(makeHold(entitlement.id, { amount: 60n })),
    );
    expect(outcome).toEqual({ outcome: "insufficient", available: 40n, usesLeft: null });
  });

  it("does not extend on what another takes meanwhile", async () => {
    const { entitlement } = await openEntitlement(harness, { deposit: 100n });
    const hold = makeHold(entitlement.id, { amount: 10n });
    await harness.store.openHold(hold);
    const outcome = await meanwhile(
      (store) => store.openHold(makeHold(entitlement.id, { amount: 60n })),
      () => harness.store.extendHold({ id: hold.id, amount: 60n, captured: 0n, leaseMs: 60_000 }),
    );
    expect(outcome).toBe("insufficient");
    expect(await harness.store.findEntitlement(entitlement.id)).toMatchObject({ held: 70n });
  });

  it("tries again what a stricter isolation level refuses", async () => {
    const strict = database.connect(4, "-c default_transaction_isolation=serializable");
    const store = createPostgresStore({ pool: strict });
    const { entitlement } = await openEntitlement({ ...harness, store }, { deposit: 100n });
    const holds = Array.from({ length: 24 }, () => makeHold(entitlement.id, { amount: 10n }));
    const outcomes = await Promise.all(holds.map((hold) => store.openHold(hold)));
    expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(10);
  });

  it("is migrated once, by however many processes at once, or by the SQL as it is", async () => {
    const [once, bySql] = await Promise.all([createScratchDatabase(), createScratchDatabase()]);
    const pools = Array.from({ length: 6 }, () => once.connect(2));
    await Promise.all(pools.map((each) => migrate(each)));
    const other = bySql.connect(2);
    await other.query(postgresMigration);
    await migrate(other);
    const versions = "select version from paywall_migration";
    const found = await Promise.all([pools[0]?.query(versions), other.query(versions)]);
    expect(found.map((result) => result?.rows)).toEqual([[{ version: 1 }], [{ version: 1 }]]);
    await Promise.all([once.close(), bySql.close()]);
  });

  /** Starts `second` while `first` has happened in a transaction that is still open. */
  async function meanwhile<T>(
    first: (store: AtomicStore) => Promise<unknown>,
    second: () => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect();
    const open: PostgresPool = { query: (query) => client.query(query), connect: () => pool.connect() };
    await client.query("begin");
    await first(createPostgresStore({ pool: open }));
    const waiting = second();
    await vi
      .waitFor(async () => {
        const rows = await harness.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        expect(rows).toHaveLength(1);
      })
      .finally(() => client.query("commit"));
    client.release();
    return waiting;
  }

  async function prepareTopUp(entitlement: NewEntitlement) {
    const { claim, store, ref, record } = await createClaims(harness);
    await store.claim(claim({ owner: ref.owner }));
    const added = record({ entitlement: { ...entitlement, deposit: 10n, topUp: { seconds: 1 } } });
    return () => store.recordSettlement(ref, added);
  }
});
