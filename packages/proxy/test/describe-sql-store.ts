import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createClaims,
  describeStoreContract,
  makeHold,
  openEntitlement,
  type StoreHarness,
} from "../src/testing/index.ts";

type Row = Readonly<Record<string, unknown>>;

export interface SqlHarness extends StoreHarness {
  /** Whatever the engine calls its rows; without parameters. */
  query(sql: string): Promise<readonly Row[]>;
}

export type SqlEngine = Pick<SqlHarness, "store" | "query" | "close">;

let workspaces = 0;

/** What the contract asks of a store, out of the tables that all packaged stores have. */
export function createSqlHarness(engine: SqlEngine): SqlHarness {
  return {
    ...engine,
    unordered: true,
    makeEndpoint: async () => ({ workspaceId: `ws_${++workspaces}`, endpointId: `ep_${workspaces}` }),
    ledger: async (receiptIds) => {
      const ids = receiptIds.map((id) => `'${id}'`).join(", ");
      const rows = await engine.query(
        `select transaction_id as id, cast(amount as text) as amount from paywall_ledger_entry where transaction_id in (${ids})`,
      );
      return rows.map(({ id, amount }) => ({ receiptId: String(id), amount: BigInt(String(amount)) }));
    },
    revoke: async (id) => {
      await engine.query(`update paywall_entitlement set revoked_at = 1 where id = '${id}'`);
    },
  };
}

/** The contract, and what the tables themselves promise. */
export function describeSqlStore(name: string, makeEngine: () => Promise<SqlEngine>): void {
  const makeHarness = async () => createSqlHarness(await makeEngine());
  describeStoreContract(name, makeHarness);
  describe(`tables of ${name}`, () => {
    let harness: SqlHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);
    afterAll(() => harness.close());

    const settle = async () => {
      const { claim, store, ref, record } = await createClaims(harness);
      await store.claim(claim({ owner: ref.owner }));
      await store.recordSettlement(ref, record());
      return record().receipt;
    };

    it("name both sides of each receipt", async () => {
      const { id, workspaceId } = await settle();
      const rows = await harness.query(
        `select account, cast(amount as text) as amount from paywall_ledger_entry where transaction_id = '${id}' order by 2`,
      );
      expect(rows.map((row) => ({ ...row }))).toEqual([
        { account: "rail:sandbox", amount: "-9007199254740993" },
        { account: `workspace:${workspaceId}`, amount: "9007199254740993" },
      ]);
    });

    it.each(["paywall_ledger", "paywall_receipt"])("let nobody change %s", async (table) => {
      const { id } = await settle();
      const column = table === "paywall_ledger" ? "transaction_id" : "id";
      await expect(harness.query(`update ${table} set amount = 1 where ${column} = '${id}'`)).rejects.toThrow(
        "append-only",
      );
      await expect(harness.query(`delete from ${table} where ${column} = '${id}'`)).rejects.toThrow(
        "append-only",
      );
    });

    it("write a settlement whole or not at all", async () => {
      const { store } = harness;
      const { entitlement } = await openEntitlement(harness, { deposit: 2n ** 63n - 1n });
      const { claim, ref, record } = await createClaims(harness);
      await store.claim(claim({ owner: ref.owner }));
      // What no 64 bits hold is refused after the receipt was written.
      const tooMuch = record({ entitlement: { ...entitlement, deposit: 1n, topUp: { seconds: 1 } } });
      await expect(store.recordSettlement(ref, tooMuch)).rejects.toThrow();
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "claimed", receiptId: null });
      expect(await store.findReceipt(tooMuch.receipt.id)).toBeUndefined();
      expect(await store.recordSettlement(ref, record())).toBe(true);
    });

    it("add and compare amounts that no double tells apart", async () => {
      const { store } = harness;
      const deposit = 2n ** 53n + 1n;
      const { entitlement } = await openEntitlement(harness, { deposit });
      const open = (amount: bigint) => store.openHold(makeHold(entitlement.id, { amount }));
      expect(await open(deposit + 1n)).toEqual({
        outcome: "insufficient",
        available: deposit,
        usesLeft: null,
      });
      expect(await open(deposit - 1n)).toEqual({ outcome: "held", available: 1n, usesLeft: null });
      expect(await open(1n)).toEqual({ outcome: "held", available: 0n, usesLeft: null });
    });

    it("keep what an entitlement says equal to what its holds say, whatever happens at once", async () => {
      const { store } = harness;
      const { entitlement } = await openEntitlement(harness, { deposit: 500n, uses: 60 });
      const live = async (index: number) => {
        const hold = makeHold(entitlement.id, {
          amount: 10n,
          uses: 1,
          leaseMs: index % 3 === 0 ? 1 : 60_000,
        });
        const extension = { id: hold.id, amount: BigInt(index % 5), captured: 3n, leaseMs: hold.leaseMs };
        const settlement = {
          id: hold.id,
          captured: BigInt(index % 12),
          uses: index % 2 === 0 ? 1 : 0,
        } as const;
        await store.openHold(hold);
        await Promise.all([store.extendHold(extension), store.extendHold({ ...extension, amount: 0n })]);
        if (index % 4 > 0) await Promise.all([store.settleHold(settlement), store.sweepHolds(3)]);
      };
      await Promise.all(Array.from({ length: 90 }, (_, index) => live(index)));
      const [sums = {}] = await harness.query(
        `select sum(case when state = 'held' then amount else 0 end) as held,
           sum(case when state = 'held' then 0 else captured end) as spent, 60 - sum(uses) as uses_left
         from paywall_hold where entitlement_id = '${entitlement.id}'`,
      );
      const record = await store.findEntitlement(entitlement.id);
      expect(record).toMatchObject({ held: BigInt(Number(sums.held)), spent: BigInt(Number(sums.spent)) });
      expect(record?.usesLeft).toBe(Number(sums.uses_left));
      expect(record?.spent).toBeGreaterThan(0n);
    });
  });
}
