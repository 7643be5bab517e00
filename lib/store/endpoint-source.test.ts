import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { flatPricing, makeEndpoint, makePayout, testPayTo } from "../testing/factories.ts";
import { makeLightningNode } from "../testing/lightning.ts";
import {
  type ClosableEndpointSource,
  createEndpointSource,
  type EndpointSourceOptions,
} from "./endpoint-source.ts";
import { createSecretBox, sealUpstreamHeaders } from "./secret-box.ts";

let database: TestDatabase;
const open: ClosableEndpointSource[] = [];
const keys = createSecretBox([randomBytes(32)]);

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});
afterAll(() => database.close());

/** A source that listens already. */
async function makeSource(options: Partial<EndpointSourceOptions> = {}): Promise<ClosableEndpointSource> {
  const source = createEndpointSource({
    pool: database.pool,
    databaseUrl: database.url,
    keys,
    pollMs: 60_000,
    ...options,
  });
  open.push(source);
  await waitForListeners(1);
  return source;
}

async function listeners(): Promise<number[]> {
  const { rows } = await database.pool.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and query = 'listen endpoint_changed' and state = 'idle'",
  );
  return rows.map(({ pid }) => pid);
}

async function waitForListeners(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await listeners()).toHaveLength(count), {
    timeout: 3_000,
    interval: 10,
  });
  await sleep(20);
}

function reprice(id: string, price: bigint) {
  return database.pool.query("update endpoint set pricing = $2 where id = $1", [id, flatPricing(price)]);
}

async function priceOf(source: ClosableEndpointSource, slug: string): Promise<bigint | undefined> {
  const price = (await source.find(slug))?.defaultPrice;
  return price?.model === "per-request" ? price.amount : undefined;
}

describe("endpoint source", () => {
  it("reads all that the data plane needs, headers opened, routes in order", async () => {
    const { id, workspaceId, slug } = await makeEndpoint(database.pool, {
      upstreamBasePath: "/v1",
      price: 999_999_999_999_999n,
    });
    const sealed = sealUpstreamHeaders(keys, workspaceId, id, [["Authorization", "Bearer upstream"]]);
    await database.pool.query(
      "update endpoint set upstream_headers = $2, upstream_headers_key_id = $3, bind_query = true where id = $1",
      [id, sealed.bytes, sealed.keyId],
    );
    const route =
      "insert into route (id, workspace_id, endpoint_id, position, methods, path, pricing) values ($1, $2, $3, $4, $5, $6, $7)";
    await database.pool.query(route, [`${id}b`, workspaceId, id, 1, [], "/free/*", flatPricing(0n)]);
    await database.pool.query(route, [
      `${id}a`,
      workspaceId,
      id,
      0,
      ["GET", "HEAD"],
      "/premium/*",
      flatPricing(999_999_999_999_998n),
    ]);
    const endpoint = await (await makeSource()).find(slug);
    expect(endpoint).toMatchObject({
      id,
      workspaceId,
      slug,
      mode: "test",
      status: "active",
      creatorName: "Test creator",
      upstream: {
        origin: "https://upstream.example",
        basePath: "/v1",
        match: "prefix",
        headers: [["Authorization", "Bearer upstream"]],
        maxRequestBytes: 104_857_600,
      },
      defaultPrice: { model: "per-request", amount: 999_999_999_999_999n, version: 1 },
      routes: [
        {
          id: `${id}a`,
          methods: ["GET", "HEAD"],
          path: "/premium/*",
          price: { amount: 999_999_999_999_998n },
        },
        { id: `${id}b`, methods: null, path: "/free/*", price: { amount: 0n } },
      ],
      wires: ["x402", "l402", "mpp"],
      rails: ["sandbox"],
      binding: { query: true, body: false },
    });
  });

  it("reads what its creator chose for LIVE: where money goes, when it is charged, what is shown", async () => {
    const { id, workspaceId, slug } = await makeEndpoint(database.pool);
    const source = await makeSource();
    const bare = await source.find(slug);
    expect(bare).not.toHaveProperty("settleFirst");
    expect(bare).not.toHaveProperty("payouts");
    expect(bare).not.toHaveProperty("sample");
    await makePayout(database.pool, workspaceId, { networks: ["eip155:8453", "eip155:137"] });
    await database.pool.query(
      `update endpoint set settle_first = true, sample_content_type = 'text/plain', sample_body = '11 °C' where id = $1`,
      [id],
    );
    await vi.waitFor(
      async () =>
        expect(await source.find(slug)).toMatchObject({
          settleFirst: true,
          payouts: { stablecoin: { payTo: testPayTo, networks: ["eip155:8453", "eip155:137"] } },
          sample: { contentType: "text/plain", body: "11 °C" },
        }),
      { timeout: 500, interval: 5 },
    );
  });

  it("names the Lightning node in use, and another as soon as that is replaced", async () => {
    const { workspaceId, slug } = await makeEndpoint(database.pool);
    const source = await makeSource();
    const until = (payouts: object | undefined) =>
      vi.waitFor(async () => expect((await source.find(slug))?.payouts).toEqual(payouts), {
        timeout: 500,
        interval: 5,
      });
    const first = await makeLightningNode(database.pool, workspaceId);
    await until({ lightning: { nodeId: first } });
    await database.pool.query("update lightning_node set retired_at = now() where id = $1", [first]);
    await until(undefined);
    const second = await makeLightningNode(database.pool, workspaceId);
    await makePayout(database.pool, workspaceId, { networks: ["eip155:8453"] });
    await until({
      stablecoin: { payTo: testPayTo, networks: ["eip155:8453"] },
      lightning: { nodeId: second },
    });
  });

  it("reads each model of price", async () => {
    const pricing = { model: "bundle", amount: "1000000", uses: 10, validSeconds: 86_400, freePerDay: 2 };
    const { slug } = await makeEndpoint(database.pool, { pricing });
    expect((await (await makeSource()).find(slug))?.defaultPrice).toEqual({
      ...pricing,
      amount: 1_000_000n,
      version: 1,
    });
  });

  it.each([
    ["the endpoint", "update endpoint set pricing = $2 where id = $1"],
    [
      "a route",
      "insert into route (id, workspace_id, endpoint_id, position, path, pricing) select id || 'r', workspace_id, id, 0, '/x', $2 from endpoint where id = $1",
    ],
  ])("is closed, and says why, where a price of %s cannot be read", async (_, sql) => {
    const { id, slug } = await makeEndpoint(database.pool);
    await database.pool.query(sql, [id, { model: "per-planet", amount: "0" }]);
    const source = await makeSource();
    const error: unknown = await Promise.resolve(source.find(slug)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "store_unavailable" });
    expect(String(error instanceof Error && "options" in error && JSON.stringify(error.options))).toContain(
      "60",
    );
    await reprice(id, 7n);
    await database.pool.query("delete from route where endpoint_id = $1", [id]);
    expect(await priceOf(source, slug)).toBe(7n);
  });

  it("knows the prices of the last minutes, also of a rule that is gone", async () => {
    const { id, workspaceId, slug } = await makeEndpoint(database.pool);
    const change = (
      rule: string | null,
      from: bigint | null,
      to: bigint | null,
      version: number,
      minutesAgo: number,
    ) =>
      database.pool.query(
        `insert into price_version (id, workspace_id, endpoint_id, rule, route_id, from_pricing, to_pricing, version, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, now() - $9 * interval '1 minute')`,
        [
          `pv_${randomBytes(8).toString("hex")}`,
          workspaceId,
          id,
          rule,
          rule && "rt_1",
          from === null ? null : flatPricing(from),
          to === null ? null : flatPricing(to),
          version,
          minutesAgo,
        ],
      );
    await change(null, null, 1n, 1, 60);
    await change(null, 1n, 2n, 2, 16);
    await change(null, 2n, 3n, 3, 14);
    await change(null, 3n, 4n, 4, 1);
    await change("GET /x", null, 5n, 1, 10);
    await change("GET /x", 5n, null, 1, 5);
    const former = (await (await makeSource()).find(slug))?.formerPrices;
    expect(former).toEqual([
      { routeId: null, price: { model: "per-request", amount: 3n, version: 3 } },
      { routeId: "rt_1", price: { model: "per-request", amount: 5n, version: 1 } },
      { routeId: null, price: { model: "per-request", amount: 2n, version: 2 } },
    ]);
  });

  it("learns within a moment that a pass was revoked, and forgets it when it would have expired", async () => {
    const { id, workspaceId, slug } = await makeEndpoint(database.pool);
    const insert = (name: string, kind: string, expires: string) =>
      database.pool.query(
        `insert into entitlement (id, workspace_id, endpoint_id, mode, kind, scope, expires_at)
         values ($1, $2, $3, 'test', $4, '*', now() + $5::interval)`,
        [`${id}_${name}`, workspaceId, id, kind, expires],
      );
    await insert("pass", "pass", "1 hour");
    await insert("over", "pass", "-1 hour");
    await insert("uses", "uses", "1 hour");
    const source = await makeSource();
    expect((await source.find(slug))?.revoked).toEqual(new Set());
    await database.pool.query("update entitlement set revoked_at = now() where endpoint_id = $1", [id]);
    await vi.waitFor(
      async () => expect((await source.find(slug))?.revoked).toEqual(new Set([`${id}_pass`])),
      {
        timeout: 500,
        interval: 5,
      },
    );
  });

  it("answers from memory, without a microtask, after the first time", async () => {
    const { slug } = await makeEndpoint(database.pool);
    const source = await makeSource();
    const first = source.find(slug);
    expect(first).toBeInstanceOf(Promise);
    expect(source.find(slug)).toBe(first);
    expect(source.find(slug)).not.toBe(await first);
    await first;
    expect(source.find(slug)).toBe(await first);
  });

  it.each([
    [
      "the endpoint's price",
      `update endpoint set pricing = '{"model": "per-request", "amount": "7"}' where id = $1`,
    ],
    [
      "a route",
      `insert into route (id, workspace_id, endpoint_id, position, path, pricing)
       select id || 'r', workspace_id, id, 0, '/x', '{"model": "per-request", "amount": "7"}' from endpoint where id = $1`,
    ],
    [
      "the creator's name",
      "update workspace set name = 'New name' where id = (select workspace_id from endpoint where id = $1)",
    ],
    [
      "where the money goes",
      `insert into payout (workspace_id, rail, address, networks, kind, created_by, updated_by)
       select workspace_id, 'stablecoin', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', '{eip155:8453}', 'account', 'usr', 'usr'
       from endpoint where id = $1`,
    ],
  ])("forgets within a moment when %s changes", async (_, sql) => {
    const { id, slug } = await makeEndpoint(database.pool);
    const source = await makeSource();
    const before = await source.find(slug);
    await database.pool.query(sql, [id]);
    await vi.waitFor(
      async () => expect((await source.find(slug))?.version).toBe((before?.version ?? 0) + 1),
      { timeout: 500, interval: 5 },
    );
  });

  it("follows a slug that was given up, and the changes behind it", async () => {
    const { id, slug } = await makeEndpoint(database.pool);
    const source = await makeSource();
    await source.find(slug);
    await database.pool.query("update endpoint set slug = $2 where id = $1", [id, `${slug}-new`]);
    await database.pool.query("insert into endpoint_slug (slug, endpoint_id) values ($2, $1)", [id, slug]);
    await vi.waitFor(async () => expect((await source.find(slug))?.slug).toBe(`${slug}-new`), {
      timeout: 500,
      interval: 5,
    });
    await reprice(id, 7n);
    await vi.waitFor(async () => expect(await priceOf(source, slug)).toBe(7n), { timeout: 500, interval: 5 });
  });

  it("remembers for a moment what leads nowhere, and learns of it when it is made", async () => {
    const source = await makeSource();
    expect(await source.find("not-yet")).toBeUndefined();
    expect(source.find("not-yet")).toBeUndefined();
    await makeEndpoint(database.pool, { slug: "not-yet" });
    await vi.waitFor(async () => expect((await source.find("not-yet"))?.slug).toBe("not-yet"), {
      timeout: 500,
      interval: 5,
    });
  });

  it("connects again when the connection is cut, and trusts nothing it had before", async () => {
    const { id, slug } = await makeEndpoint(database.pool);
    const source = await makeSource({ retryMs: 200 });
    await source.find(slug);
    await database.pool.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [
      await listeners(),
    ]);
    await waitForListeners(0);
    await reprice(id, 7n);
    await waitForListeners(1);
    expect(await priceOf(source, slug)).toBe(7n);
    await reprice(id, 8n);
    await vi.waitFor(async () => expect(await priceOf(source, slug)).toBe(8n), { timeout: 500, interval: 5 });
  });

  it("finds changes by looking, where nobody tells", async () => {
    const { id, slug } = await makeEndpoint(database.pool);
    // Nothing listens on that port: only the poll is left.
    const source = createEndpointSource({
      pool: database.pool,
      databaseUrl: "postgres://nobody@127.0.0.1:1/none",
      keys,
      pollMs: 50,
    });
    open.push(source);
    await source.find(slug);
    await reprice(id, 7n);
    await vi.waitFor(async () => expect(await priceOf(source, slug)).toBe(7n), {
      timeout: 1_000,
      interval: 10,
    });
  });
});
