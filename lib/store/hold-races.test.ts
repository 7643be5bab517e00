import { createClaims, makeHold, openEntitlement, type StoreHarness } from "@x402-paywall/proxy/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
import { markServed } from "./entitlement-records.ts";
import { runExtendHolds } from "./extend-hold-statement.ts";
import { runOpenHolds } from "./open-hold-statement.ts";
import { createPostgresStore } from "./postgres-store.ts";
import { runSettleHolds, sweepHolds } from "./settle-hold-statement.ts";
import { runSettlements } from "./settlement-statement.ts";

/** Statements of several processes on the same rows: each pool stands for one. */
const processes = 4;

let database: TestDatabase;
let pools: Pool[];
let harness: StoreHarness;

beforeAll(async () => {
  database = await createTestDatabase();
  // Half of them walk the rows as the batch gives them, not as they lie in the table.
  const planned = ["", "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"];
  pools = Array.from(
    { length: processes },
    (_, index) =>
      new Pool({ connectionString: database.url, max: 6, options: planned[Math.floor(index / 2) % 2] ?? "" }),
  );
  // Closing the database ends idle connections, which is no error here.
  for (const pool of pools) pool.on("error", () => {});
  harness = {
    store: createPostgresStore({ pool: database.pool }),
    makeEndpoint: async () => {
      const { id, workspaceId } = await makeEndpoint(database.pool);
      return { workspaceId, endpointId: id };
    },
    close: async () => {},
  };
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.close();
});

/** The same batch in each process at once, forwards here and backwards there: nothing sorts it for the statement. */
function everywhere<Item, Result>(
  items: readonly Item[],
  run: (pool: Pool, items: readonly Item[]) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(pools.map((pool, index) => run(pool, index % 2 === 0 ? items : items.toReversed())));
}

async function openMany(count: number, deposit: bigint): Promise<string[]> {
  const made = await Promise.all(Array.from({ length: count }, () => openEntitlement(harness, { deposit })));
  return made.map(({ entitlement }) => entitlement.id);
}

async function left(ids: readonly string[]) {
  const { rows } = await database.pool.query<{ held: string; spent: string; open: string }>(
    `select sum(held)::text as held, sum(spent)::text as spent,
       (select coalesce(sum(amount), 0)::text from hold where entitlement_id = any($1) and state = 'held') as open
     from entitlement where id = any($1)`,
    [ids],
  );
  return rows[0];
}

async function waitForLock(): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(rows).toHaveLength(1);
  });
}

describe("several processes", () => {
  it("give 300 holds on a balance for 100 to exactly 100", async () => {
    const [id = ""] = await openMany(1, 1_000n);
    const stores = pools.map((pool) => createPostgresStore({ pool }));
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        (stores[index % processes] ?? harness.store).openHold(makeHold(id, { amount: 10n })),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(100);
    expect(await left([id])).toEqual({ held: "1000", spent: "0", open: "1000" });
  });

  it("open the same holds once, in opposite orders", async () => {
    const ids = await openMany(40, 100n);
    const holds = ids.flatMap((id) => [makeHold(id, { amount: 3n }), makeHold(id, { amount: 4n })]);
    const outcomes = await everywhere(holds, runOpenHolds);
    expect(outcomes.flat().every(({ outcome }) => outcome === "held")).toBe(true);
    expect(await left(ids)).toEqual({ held: "280", spent: "0", open: "280" });
  });

  it("open, extend, settle and sweep the same holds without a deadlock, each once", async () => {
    const ids = await openMany(30, 1_000n);
    for (let round = 0; round < 6; round++) {
      const holds = ids.flatMap((id) =>
        Array.from({ length: 3 }, () => makeHold(id, { amount: 10n, leaseMs: 1 })),
      );
      // oxlint-disable-next-line no-await-in-loop
      await everywhere(holds, runOpenHolds);
      const extensions = holds.map(({ id }, index) => ({
        id,
        amount: BigInt(index % 2),
        captured: 2n,
        leaseMs: 1,
      }));
      const settlements = holds.map(({ id }) => ({ id, captured: 5n, uses: 0 as const }));
      // oxlint-disable-next-line no-await-in-loop
      const [, settled, swept] = await Promise.all([
        everywhere(extensions, runExtendHolds),
        everywhere(settlements, runSettleHolds),
        everywhere([25], (pool, [limit = 0]) => sweepHolds(pool, limit)),
      ]);
      const bySettling = settled.flat().filter((outcome) => outcome === "settled").length;
      expect(bySettling + swept.reduce((sum, count) => sum + count, 0)).toBe(holds.length);
    }
    expect(await left(ids)).toMatchObject({ held: "0", open: "0" });
    const { rows } = await database.pool.query(
      "select sum(captured)::text = (select sum(spent)::text from entitlement where id = any($1)) as same from hold where entitlement_id = any($1)",
      [ids],
    );
    expect(rows).toEqual([{ same: true }]);
  });

  it("open on what another gives back meanwhile, not on what their snapshot shows", async () => {
    const [id = ""] = await openMany(1, 100n);
    const first = makeHold(id, { amount: 100n });
    await harness.store.openHold(first);
    const other = new Pool({ connectionString: database.url, max: 1 });
    await other.query("begin");
    await runSettleHolds(other, [{ id: first.id, captured: 40n, uses: 0 }]);
    const waiting = runOpenHolds(database.pool, [makeHold(id, { amount: 60n })]);
    await waitForLock();
    await other.query("commit");
    await other.end();
    expect(await waiting).toEqual([{ outcome: "held", available: 0n, usesLeft: null }]);
    expect(await left([id])).toEqual({ held: "60", spent: "40", open: "60" });
  });

  it("settle payments that top up one balance while it is drawn upon and served, in opposite orders", async () => {
    const ids = await openMany(10, 100n);
    const { store } = harness;
    const items = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const { claim, ref, record } = await createClaims(harness);
        await store.claim(claim({ owner: ref.owner }));
        const { endpointId, mode } = claim().quote;
        const entitlement = {
          id: ids[(index * 7) % ids.length] ?? "",
          kind: "balance" as const,
          mode,
          endpointId,
          scope: "*",
          expiresAt: 0,
          uses: null,
          deposit: 10n,
          topUp: { seconds: 1 },
        };
        return { ...ref, record: record({ entitlement }) };
      }),
    );
    const holds = ids.map((id) => makeHold(id, { amount: 1n }));
    const [settled] = await Promise.all([
      everywhere(items, runSettlements),
      everywhere(holds, runOpenHolds),
      everywhere(ids, (pool, each) => Promise.all(each.map((id) => markServed(pool, id)))),
    ]);
    expect(settled.flat().every(Boolean)).toBe(true);
    const { rows } = await database.pool.query(
      "select distinct deposited::int, held::int, served_at is not null as served from entitlement where id = any($1)",
      [ids],
    );
    expect(rows).toEqual([{ deposited: 160, held: 1, served: true }]);
  });

  it("never waited for each other in a circle", async () => {
    const { rows } = await database.pool.query(
      "select deadlocks::int from pg_stat_database where datname = current_database()",
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });
});
