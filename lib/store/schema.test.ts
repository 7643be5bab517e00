import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../scripts/db/migrate.mjs";
import { readMigrations } from "../../scripts/db/migrations.mjs";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint, makePayout, makeWorkspace, testPayTo } from "../testing/factories.ts";

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

it.each([
  ["payment", "state|owner|lease_until|attempts|receipt_id|settled_at|updated_at|entitlement_id|refunded"],
  ["entitlement", "uses_left|deposited|spent|held|expires_at|served_at"],
  ["hold", "amount|uses|captured|usage|state|expires_at|settled_at"],
])(
  "keeps the writes of %s off its indexes: only columns that no request changes are indexed",
  async (table, changing) => {
    const { rows } = await query(
      "select string_agg(indexdef, ' ') as defs from pg_indexes where tablename = $1",
      [table],
    );
    expect(rows[0]?.defs).not.toMatch(new RegExp(`\\b(${changing})\\b`));
  },
);

it("keeps a refund, whose transaction takes back what its sale brought in", async () => {
  const entry =
    "insert into ledger_entry (transaction_id, account, workspace_id, mode, amount) values ($1, $2, 'ws_refund', 'test', $3), ($1, $4, 'ws_refund', 'test', $5)";
  await query(entry, ["rcp_sale", "rail:sandbox", -50, "revenue", 50]);
  await query(entry, ["rfd_part", "refunds", -20, "rail:sandbox", 20]);
  const { rows } = await query(
    "select sum(amount)::int as net from ledger_entry where workspace_id = 'ws_refund' and account in ('revenue', 'refunds')",
  );
  expect(rows).toEqual([{ net: 30 }]);
  await query(
    "insert into refund (id, workspace_id, endpoint_id, mode, payment_key, receipt_id, amount) values ('rfd_part', 'ws_refund', 'ep', 'test', 'k', 'rcp_sale', 20)",
  );
  await query("update refund set state = 'done', reference = 'r', settled_at = now() where id = 'rfd_part'");
  await expect(query("delete from refund")).rejects.toThrow("append-only");
});

describe("payouts", () => {
  it.each([
    ["rail", { rail: "card" }],
    ["address", { address: "0x70997970" }],
    ["address", { address: `0x${"0".repeat(40)}` }],
    ["networks", { networks: [] }],
    ["networks", { networks: ["base"] }],
    ["networks", { networks: [null] }],
    ["kind", { kind: "ens" }],
  ])("have a %s that is one", async (name, change) => {
    const { id } = await makeWorkspace(database.pool);
    const row = {
      rail: "stablecoin",
      address: testPayTo,
      networks: ["eip155:1"],
      kind: "account",
      ...change,
    };
    const insert = query(
      `insert into payout (workspace_id, rail, address, networks, kind, created_by, updated_by)
       values ($1, $2, $3, $4, $5, 'usr', 'usr')`,
      [id, row.rail, row.address, row.networks, row.kind],
    );
    await expect(insert).rejects.toThrow(`payout_${name}`);
  });

  it("raise the version of each endpoint of their workspace, and of no other", async () => {
    const mine = await makeEndpoint(database.pool);
    const second = await makeEndpoint(database.pool, { workspaceId: mine.workspaceId });
    const other = await makeEndpoint(database.pool);
    await makePayout(database.pool, mine.workspaceId);
    await query("update payout set networks = '{eip155:8453}' where workspace_id = $1", [mine.workspaceId]);
    await query("delete from payout where workspace_id = $1", [mine.workspaceId]);
    const { rows } = await query("select id, version from endpoint where id = any($1)", [
      [mine.id, second.id, other.id],
    ]);
    expect(new Map(rows.map((row) => [row.id, row.version]))).toEqual(
      new Map([
        [mine.id, 4],
        [second.id, 4],
        [other.id, 1],
      ]),
    );
  });

  it("go with their workspace", async () => {
    const { workspaceId } = await makeEndpoint(database.pool);
    await makePayout(database.pool, workspaceId);
    await query("delete from workspace where id = $1", [workspaceId]);
    const { rows } = await query("select count(*)::int as left from payout where workspace_id = $1", [
      workspaceId,
    ]);
    expect(rows).toEqual([{ left: 0 }]);
  });
});

it("keeps a sample answer whole and small", async () => {
  const { id } = await makeEndpoint(database.pool);
  const set = (type: string | null, body: string | null) =>
    query("update endpoint set sample_content_type = $2, sample_body = $3 where id = $1", [id, type, body]);
  await set("text/plain", "é".repeat(2_048));
  await set(null, null);
  await expect(set("text/plain", "é".repeat(2_049))).rejects.toThrow("endpoint_sample");
  await expect(set("text/plain", null)).rejects.toThrow("endpoint_sample");
  await expect(set(null, "{}")).rejects.toThrow("endpoint_sample");
});

it.each([
  "1",
  "{}",
  '{"model": 7}',
  '{"model": "per-request", "amount": "-1"}',
  '{"model": "per-request", "amount": "1.5"}',
])("takes no price that is none: %s", async (text) => {
  await expect(makeEndpoint(database.pool, { pricing: JSON.parse(text) })).rejects.toThrow(
    /endpoint_pricing/,
  );
});

describe("the migration to prices of many models", () => {
  it("turns each flat price into one, and finds the rules of its history", async () => {
    const empty = await createEmptyDatabase();
    const pool = new Pool({ connectionString: empty.url, max: 1 });
    try {
      const migrations = readMigrations();
      const before = migrations.filter(({ name }) => name < "20261124");
      await migrate(empty.url, { migrations: before });
      await pool.query(`
        insert into workspace (id, name) values ('ws', 'Ada');
        insert into endpoint (id, workspace_id, slug, title, upstream_origin, price) values ('ep', 'ws', 'slug', 'T', 'https://u', 9007199254740993);
        insert into route (id, workspace_id, endpoint_id, position, methods, path, price)
          values ('rt_1', 'ws', 'ep', 0, '{GET,POST}', '/a/*', 0), ('rt_2', 'ws', 'ep', 1, '{}', '/b', 5);
        insert into price_version (id, workspace_id, endpoint_id, rule, from_price, to_price, version)
          values ('pv_1', 'ws', 'ep', null, 1, 2, 2), ('pv_2', 'ws', 'ep', 'GET,POST /a/*', null, 0, 1),
                 ('pv_3', 'ws', 'ep', '* /b', 5, 6, 2), ('pv_4', 'ws', 'ep', 'GET /gone', 5, null, 1);
        insert into entitlement (id, workspace_id, endpoint_id, mode, scope, expires_at) values ('ent', 'ws', 'ep', 'test', 's', now());`);
      await migrate(empty.url, { migrations });
      const flat = (amount: string) => ({ model: "per-request", amount });
      const read = async (sql: string) => (await pool.query({ text: sql, rowMode: "array" })).rows;
      expect(await read("select pricing from endpoint")).toEqual([[flat("9007199254740993")]]);
      expect(await read("select pricing from route order by id")).toEqual([[flat("0")], [flat("5")]]);
      expect(await read("select route_id, from_pricing, to_pricing from price_version order by id")).toEqual([
        [null, flat("1"), flat("2")],
        ["rt_1", null, flat("0")],
        ["rt_2", flat("5"), flat("6")],
        [null, flat("5"), null],
      ]);
      expect(await read("select kind from entitlement")).toEqual([["pass"]]);
    } finally {
      await pool.end();
      await empty.close();
    }
  });
});
