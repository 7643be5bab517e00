import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { formatJwks, parsePrice, verifyReceipt, type Signer } from "@x402-paywall/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../lib/testing/database.ts";
import { createAccount } from "./create-account.ts";
import { createDemoEndpoints } from "./demo-endpoints.ts";
import { writeHistory } from "./write-history.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const signer: Signer = { kid: "test", publicKey: raw, sign: (data) => sign(null, data, privateKey) };

it("makes an account once, with its key, and leaves a known one alone", async () => {
  const input = {
    email: "owner@example.com",
    password: "correct horse battery",
    name: "Owner",
    apiKey: `pk_${"k".repeat(40)}`,
  };
  const [first, second] = await Promise.all([
    createAccount(database.pool, input),
    createAccount(database.pool, input),
  ]);
  expect([first.created, second.created].toSorted()).toEqual([false, true]);
  expect(first.workspaceId).toBe(second.workspaceId);
  const { rows } = await database.pool.query("select prefix, scopes, hash from api_key");
  expect(rows).toEqual([
    {
      prefix: "pk_kkkkkkk",
      scopes: ["read", "write"],
      hash: createHash("sha256").update(input.apiKey).digest(),
    },
  ]);
});

it("writes a month that adds up, with receipts that verify", async () => {
  const { workspaceId, userId } = await createAccount(database.pool, {
    email: "demo@example.com",
    password: "long enough",
    name: "Demo",
  });
  const now = Date.now();
  const options = { workspaceId, userId, origin: "http://127.0.0.1:4030", now };
  const endpoints = await createDemoEndpoints(database.pool, options);
  expect(endpoints.map(({ slug }) => slug)).toEqual(["demo-json", "demo-chat", "demo-file"]);
  const stored = await database.pool.query<{ slug: string; pricing: unknown }>(
    "select slug, pricing from endpoint order by slug",
  );
  const prices = stored.rows.map(({ slug, pricing }) => [slug, parsePrice(pricing, slug)] as const);
  expect(prices.map(([slug, price]) => [slug, price.ok && price.price.model])).toEqual([
    ["demo-bundle", "bundle"],
    ["demo-chat", "per-request"],
    ["demo-file", "per-request"],
    ["demo-json", "per-request"],
    ["demo-models", "computed"],
    ["demo-pass", "pass"],
    ["demo-story", "metered"],
    ["demo-tip", "pay-what-you-want"],
    ["demo-tokens", "metered"],
  ]);
  const count = await writeHistory(database.pool, { workspaceId, endpoints, signer, now });
  expect(count).toBeGreaterThan(400);
  expect(count).toBeLessThan(900);
  expect(await createDemoEndpoints(database.pool, { ...options, origin: "http://127.0.0.1:5030" })).toEqual(
    [],
  );
  const { rows } = await database.pool.query(
    `select (select sum(amount) from receipt) = (select sum(amount) from ledger_entry where account = 'revenue')
        and (select sum(amount) from receipt) = (select sum(revenue) from rollup_hourly) as money,
       (select count(*) from receipt) = (select sum(paid_requests) from rollup_hourly)
        and (select count(*) from receipt) = (select count(*) from payment where state = 'delivered')
        and (select count(*) from receipt) = (select count(*) from request_event where kind = 'paid') as counts,
       (select sum(challenges) from rollup_hourly) = (select count(*) from request_event where kind = 'challenge') as challenges,
       (select max(settled_at) < now() and min(settled_at) < now() - interval '28 days' from receipt) as past,
       (select bool_and(upstream_origin = 'http://127.0.0.1:5030') from endpoint) as moved`,
  );
  expect(rows).toEqual([{ money: true, counts: true, challenges: true, past: true, moved: true }]);
  const receipts = await database.pool.query<{ id: string; jws: string }>(
    "select id, jws from receipt limit 20",
  );
  for (const { id, jws } of receipts.rows) {
    const receipt = await verifyReceipt(jws, formatJwks([signer]), (_, signature, data) =>
      verify(null, data, publicKey, signature),
    );
    expect(receipt?.id).toBe(id);
  }
});
