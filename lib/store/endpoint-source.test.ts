import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
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
  return database.pool.query("update endpoint set price = $2 where id = $1", [id, price]);
}

const priceOf = async (source: ClosableEndpointSource, slug: string) =>
  (await source.find(slug))?.defaultPrice.amount;

describe("endpoint source", () => {
  it("reads all that the data plane needs, headers opened, routes in order", async () => {
    const { id, workspaceId, slug } = await makeEndpoint(database.pool, {
      upstreamBasePath: "/v1",
      price: 9_007_199_254_740_993n,
    });
    const sealed = sealUpstreamHeaders(keys, workspaceId, id, [["Authorization", "Bearer upstream"]]);
    await database.pool.query(
      "update endpoint set upstream_headers = $2, upstream_headers_key_id = $3, bind_query = true where id = $1",
      [id, sealed.bytes, sealed.keyId],
    );
    const route =
      "insert into route (id, workspace_id, endpoint_id, position, methods, path, price) values ($1, $2, $3, $4, $5, $6, $7)";
    await database.pool.query(route, [`${id}b`, workspaceId, id, 1, [], "/free/*", 0]);
    await database.pool.query(route, [
      `${id}a`,
      workspaceId,
      id,
      0,
      ["GET", "HEAD"],
      "/premium/*",
      "9007199254740995",
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
      defaultPrice: { model: "per-request", amount: 9_007_199_254_740_993n, version: 1 },
      routes: [
        {
          id: `${id}a`,
          methods: ["GET", "HEAD"],
          path: "/premium/*",
          price: { amount: 9_007_199_254_740_995n },
        },
        { id: `${id}b`, methods: null, path: "/free/*", price: { amount: 0n } },
      ],
      wires: ["x402", "l402", "mpp"],
      rails: ["sandbox"],
      binding: { query: true, body: false },
    });
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
    ["the endpoint", "update endpoint set price = 7 where id = $1"],
    [
      "a route",
      "insert into route (id, workspace_id, endpoint_id, position, path, price) select id || 'r', workspace_id, id, 0, '/x', 7 from endpoint where id = $1",
    ],
    [
      "the creator's name",
      "update workspace set name = 'New name' where id = (select workspace_id from endpoint where id = $1)",
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
