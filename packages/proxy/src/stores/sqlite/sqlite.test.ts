import { execFile } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClaims, openEntitlement } from "../../testing/index.ts";
import { alternateStore } from "../../../test/alternate-store.ts";
import {
  createSqlHarness,
  describeSqlStore,
  type SqlEngine,
  type SqlHarness,
} from "../../../test/describe-sql-store.ts";
import { encode } from "../../../test/remote-store.ts";
import { createScratchFile } from "../../../test/scratch-file.ts";
import { createSqliteStore } from "./index.ts";

const racer = new URL("../../../test/sqlite-racer.ts", import.meta.url).pathname;

interface SqliteEngine extends SqlEngine {
  readonly path: string;
}

async function openFile(connections: number): Promise<SqliteEngine> {
  const file = createScratchFile();
  const databases = Array.from({ length: connections }, () => new DatabaseSync(file.path));
  const reader = new DatabaseSync(file.path);
  return {
    path: file.path,
    store: alternateStore(databases.map((database) => createSqliteStore({ database }))),
    query: async (sql) => reader.prepare(sql).all(),
    close: async () => {
      for (const database of [...databases, reader]) database.close();
      file.remove();
    },
  };
}

describeSqlStore("sqlite", () => openFile(1));
describeSqlStore("sqlite with two connections", () => openFile(2));

describe("sqlite store", () => {
  let engine: SqliteEngine;
  let harness: SqlHarness;
  beforeAll(async () => {
    engine = await openFile(1);
    harness = createSqlHarness(engine);
  });
  afterAll(() => harness.close());

  it("gives three processes at once one claim of a key, and a balance for 100 to 100 of 450", async () => {
    const { claim } = await createClaims(harness);
    const { entitlement } = await openEntitlement(harness, { deposit: 1_000n });
    const start = Date.now() + 2_000;
    const race = async (name: string): Promise<{ readonly claimed: number; readonly held: number }> => {
      const args = [
        "--conditions=source",
        racer,
        engine.path,
        `${start}`,
        encode(claim()),
        entitlement.id,
        name,
      ];
      return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
    };
    const counts = await Promise.all(["a", "b", "c"].map(race));
    expect(counts.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(1);
    expect(counts.reduce((sum, { held }) => sum + held, 0)).toBe(100);
    expect(await harness.store.findEntitlement(entitlement.id)).toMatchObject({ held: 1_000n });
  }, 60_000);

  it("keeps everything when it is closed and opened again", async () => {
    const { claim, store, ref } = await createClaims(harness);
    await store.claim(claim({ owner: ref.owner }));
    const database = new DatabaseSync(engine.path);
    const again = createSqliteStore({ database });
    expect(await again.findPayment(ref.paymentKey)).toMatchObject({ state: "claimed" });
    expect(await again.claim(claim())).toMatchObject({ outcome: "in-progress" });
    database.close();
  });

  it("tells each caller when it cannot make its tables", async () => {
    const file = createScratchFile();
    const writable = new DatabaseSync(file.path);
    writable.exec("pragma journal_mode = wal");
    writable.close();
    const database = new DatabaseSync(file.path, { readOnly: true });
    const store = createSqliteStore({ database });
    await expect(store.findPayment("ln:none")).rejects.toThrow("readonly");
    await expect(store.findReceipt("rcp_none")).rejects.toThrow("readonly");
    database.close();
    file.remove();
  });

  it("goes on after a write that failed", async () => {
    const database = new DatabaseSync(engine.path);
    const busy = createSqliteStore({ database, busyTimeoutMs: 20 });
    const { claim, ref, record, event } = await createClaims({ ...harness, store: busy });
    await busy.claim(claim({ owner: ref.owner }));
    const other = new DatabaseSync(engine.path);
    other.exec("begin immediate");
    await expect(busy.recordSettlement(ref, record())).rejects.toThrow("locked");
    await expect(busy.recordEvents([event])).rejects.toThrow("locked");
    other.exec("rollback");
    other.close();
    expect(await busy.recordSettlement(ref, record())).toBe(true);
    database.close();
  });
});
