import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClaims } from "../../testing/index.ts";
import { type D1Engine, openD1 } from "../../../test/d1-harness.ts";
import { createSqlHarness, describeSqlStore } from "../../../test/describe-sql-store.ts";
import { decode, encode } from "../../../test/remote-store.ts";
import { createSqliteStore } from "../sqlite/index.ts";
import { d1Migration } from "./index.ts";

describeSqlStore("d1", openD1);

describe("d1 store", () => {
  let engine: D1Engine;
  beforeAll(async () => {
    engine = await openD1();
  }, 60_000);
  afterAll(() => engine.close());

  it("gives a key to one of 200 claims of one Worker", async () => {
    const { claim } = await createClaims(createSqlHarness(engine));
    const outcomes = decode(await engine.send("/race", encode(claim()))) as { outcome: string }[];
    expect(outcomes.filter(({ outcome }) => outcome === "claimed")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "in-progress")).toHaveLength(199);
  });

  it("is migrated by the SQL as it is, after which there is nothing to do", async () => {
    const database = new DatabaseSync(":memory:");
    database.exec(d1Migration);
    expect(await createSqliteStore({ database }).findPayment("ln:none")).toBeUndefined();
    expect(database.prepare("select count(*) as n from paywall_migration").get()).toMatchObject({ n: 1 });
    database.close();
  });
});
