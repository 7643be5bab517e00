import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint, makeWorkspace } from "../testing/factories.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const query = (sql: string, values: readonly unknown[] = []) => database.pool.query(sql, [...values]);

describe("the ledger", () => {
  const insert =
    "insert into ledger_entry (transaction_id, account, workspace_id, mode, amount) values ($1, 'rail:sandbox', 'ws', 'test', $2), ($1, 'revenue', 'ws', 'test', $3)";

  it("takes only whole transactions that add up to zero", async () => {
    await query(insert, ["rcp_1", -5, 5]);
    await expect(query(insert, ["rcp_2", -5, 4])).rejects.toThrow("rcp_2 does not add up to zero");
    await expect(
      query(
        "insert into ledger_entry (transaction_id, account, workspace_id, mode, amount) values ('rcp_3', 'revenue', 'ws', 'test', 5)",
      ),
    ).rejects.toThrow("does not add up");
    const { rows } = await query("select count(*)::int as count, sum(amount)::int as sum from ledger_entry");
    expect(rows).toEqual([{ count: 2, sum: 0 }]);
  });

  it("takes a transaction once", async () => {
    await query(insert, ["rcp_4", -5, 5]);
    await expect(query(insert, ["rcp_4", -5, 5])).rejects.toThrow("duplicate key");
  });

  it.each([
    "update ledger_entry set amount = 0",
    "delete from ledger_entry",
    "truncate ledger_entry",
    "delete from receipt",
    "update audit_log set actor = ''",
  ])("is append-only, as receipts and the audit log are: %s", async (sql) => {
    await expect(query(sql)).rejects.toThrow("append-only");
  });
});

describe("the audit log", () => {
  it("numbers and chains the rows of each workspace, whoever writes at once", async () => {
    const [one, two] = [await makeWorkspace(database.pool), await makeWorkspace(database.pool)];
    const write = (id: string, target: string) =>
      query(
        "insert into audit_log (workspace_id, actor, action, target) values ($1, 'usr_1', 'endpoint.create', $2)",
        [id, target],
      );
    await Promise.all(
      [one, two].flatMap(({ id }) => Array.from({ length: 8 }, (_, index) => write(id, `ep_${index}`))),
    );
    for (const { id } of [one, two]) {
      const { rows } = await query(
        `select seq::int, audit_log_hash(a) = hash as sound, prev_hash = coalesce(lag(hash) over (order by seq), '') as chained
         from audit_log a where workspace_id = $1 order by seq`,
        [id],
      );
      expect(rows).toEqual(
        Array.from({ length: 8 }, (_, index) => ({ seq: index + 1, sound: true, chained: true })),
      );
    }
  });
});

describe("endpoints", () => {
  it("raise their version whatever the caller writes into it", async () => {
    const { id } = await makeEndpoint(database.pool);
    const { rows } = await query(
      "update endpoint set version = 1, title = 'New' where id = $1 returning version",
      [id],
    );
    expect(rows).toEqual([{ version: 2 }]);
  });

  it.each(["Upper", "-a", "a-", "a_b", "a/b", ""])("refuse the slug %j", async (slug) => {
    await expect(makeEndpoint(database.pool, { slug })).rejects.toThrow("endpoint_slug_form");
  });
});

it("keeps an e-mail address in lower case only", async () => {
  await expect(
    query(`insert into "user" (id, email, name, password_hash) values ('usr_x', 'A@example.com', '', '')`),
  ).rejects.toThrow("user_email_lower");
});

it("keeps a payment's writes off its indexes: only columns that never change are indexed", async () => {
  const { rows } = await query(
    "select string_agg(indexdef, ' ') as defs from pg_indexes where tablename = 'payment'",
  );
  expect(rows[0]?.defs).not.toMatch(
    /\b(state|owner|lease_until|attempts|receipt_id|settled_at|updated_at|entitlement_id)\b/,
  );
});
