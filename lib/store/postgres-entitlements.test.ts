import { createClaims, openEntitlement, type StoreHarness } from "@x402-paywall/proxy/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
import { sweepExpired } from "../../jobs/sweep-expired.ts";
import { createPostgresStore } from "./postgres-store.ts";
import { readStoredQuote, storedQuote } from "./stored-quote.ts";

let database: TestDatabase;
let harness: StoreHarness;

beforeAll(async () => {
  database = await createTestDatabase();
  harness = {
    store: createPostgresStore({ pool: database.pool }),
    makeEndpoint: async () => {
      const { id, workspaceId } = await makeEndpoint(database.pool);
      return { workspaceId, endpointId: id };
    },
    close: async () => {},
  };
});
afterAll(() => database.close());

const query = async (sql: string, values: readonly unknown[]) =>
  (await database.pool.query<Record<string, unknown>>(sql, [...values])).rows;

describe("what a settlement leaves behind", () => {
  it("owes the payer what topped up an entitlement that is gone or was refunded, and nobody else", async () => {
    const good = await openEntitlement(harness);
    const revoked = await openEntitlement(harness);
    await query("update entitlement set revoked_at = now() where id = $1", [revoked.entitlement.id]);
    const targets = [good.entitlement, revoked.entitlement, { ...good.entitlement, id: "ent_none" }];
    const keys = await Promise.all(
      targets.map(async (entitlement) => {
        const { claim, store, ref, record } = await createClaims(harness);
        await store.claim(claim({ owner: ref.owner }));
        await store.recordSettlement(ref, record({ entitlement: { ...entitlement, topUp: { seconds: 1 } } }));
        return ref.paymentKey;
      }),
    );
    const owed = await query(
      "select refund_due_at is not null as owed, state from payment where payment_key = any($1) order by array_position($1, payment_key)",
      [keys],
    );
    expect(owed.map((row) => row["owed"])).toEqual([false, true, true]);
    expect(owed.every((row) => row["state"] === "settled")).toBe(true);
  });

  it("counts the receipt's amount where less was captured than the quote was for, in the payment too", async () => {
    const { claim, store, ref, record } = await createClaims(harness);
    await store.claim(claim({ owner: ref.owner }));
    await store.recordSettlement(ref, record({ receipt: { ...record().receipt, amount: 7n } }));
    const sums = await query(
      `select p.amount as paid, r.amount as charged, (select sum(revenue) from rollup_hourly where endpoint_id = p.endpoint_id) as rolled
       from payment p join receipt r using (payment_key) where payment_key = $1`,
      [ref.paymentKey],
    );
    expect(sums).toEqual([{ paid: "7", charged: "7", rolled: "7" }]);
  });
});

it("says of a hold what it came to", async () => {
  const { entitlement, fixture } = await openEntitlement(harness, { uses: 2 });
  const { store } = fixture;
  const open = (id: string) =>
    store.openHold({ id, entitlementId: entitlement.id, amount: 10n, uses: 1, leaseMs: 60_000 });
  const [charged, free] = [`hld_${entitlement.id}_1`, `hld_${entitlement.id}_2`];
  await open(charged);
  await open(free);
  const usage = { outputTokens: 3, costPicoUsd: 9_007_199_254_740_993n };
  await store.settleHold({ id: charged, captured: 4n, uses: 1, usage });
  await store.settleHold({ id: free, captured: 0n, uses: 0 });
  const rows = await query(
    "select state, amount, captured, uses, usage, endpoint_id, mode, settled_at is not null as ended from hold where entitlement_id = $1 order by id",
    [entitlement.id],
  );
  const common = { amount: "10", endpoint_id: entitlement.endpointId, mode: "test", ended: true };
  expect(rows).toEqual([
    {
      ...common,
      state: "settled",
      captured: "4",
      uses: 1,
      usage: { ...usage, costPicoUsd: "9007199254740993" },
    },
    { ...common, state: "released", captured: "0", uses: 0, usage: null },
  ]);
});

it("deletes what nobody can ask for any more", async () => {
  const { store } = harness;
  const { endpointId } = await harness.makeEndpoint();
  const now = Math.floor(Date.now() / 1000);
  const answer = { bindingHash: "b", status: 200, headers: [], body: new Uint8Array() };
  await store.saveAnswer({ ...answer, key: "kept", expiresAt: now + 60 });
  await store.saveAnswer({ ...answer, key: "over", expiresAt: now - 60 });
  const free = { endpointId, routeId: null, payer: "p", limit: 3 };
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  for (const offset of [0, -1, -2, -30])
    expect(await store.takeFreeUse({ ...free, day: day(offset) })).toBe(true);
  expect(await sweepExpired(database.pool)).toMatchObject({ stored_answer: 1, free_use: 2 });
  expect(await query("select key from stored_answer", [])).toEqual([{ key: "kept" }]);
  expect(await query("select count(*)::int from free_use where endpoint_id = $1", [endpointId])).toEqual([
    { count: 2 },
  ]);
});

it("reads each stored quote back, also one of before there was anything else to buy", async () => {
  const { quote } = (await createClaims(harness)).claim();
  const terms = [
    { kind: "use" },
    { kind: "uses", uses: 3, seconds: 60 },
    { kind: "pass", seconds: 60, into: "ent_1" },
    { kind: "balance", seconds: 60 },
  ] as const;
  for (const each of terms) {
    const bought = { ...quote, terms: each };
    expect(readStoredQuote(JSON.parse(JSON.stringify(storedQuote(bought))))).toEqual(bought);
  }
  const { terms: _terms, ...old } = quote;
  const former = JSON.parse(
    JSON.stringify(storedQuote({ ...old, terms: { kind: "use" } }), (key, value: unknown) =>
      key === "terms" ? undefined : value,
    ),
  );
  expect(readStoredQuote(former)).toEqual({ ...old, terms: { kind: "use" } });
  expect(() => readStoredQuote({ ...storedQuote(quote), amount: 5 })).toThrow();
});
