import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "../../../lib/services/runtime.ts";
import { type Call, call, makeUser, type RouteFunction, type TestUser } from "../../../lib/testing/api.ts";
import { makeEndpoint, makePayout, testPayTo } from "../../../lib/testing/factories.ts";
import { makeLightningNode } from "../../../lib/testing/lightning.ts";
import { makePaidRequest, makePass } from "../../../lib/testing/payments.ts";
import { createTestRuntime, type TestRuntime } from "../../../lib/testing/runtime.ts";

let runtime: TestRuntime;
let owner: TestUser;
let other: TestUser;
let ids: Readonly<Record<"endpoint" | "slug" | "payment" | "receipt" | "entitlement" | "key", string>>;

beforeAll(async () => {
  runtime = await createTestRuntime();
  setRuntime(runtime);
  [owner, other] = [await makeUser(runtime), await makeUser(runtime)];
  const endpoint = await makeEndpoint(runtime.db.pool, { workspaceId: owner.workspaceId });
  const entitlement = makePass(runtime, endpoint.id);
  const receipt = await makePaidRequest(runtime, {
    workspaceId: owner.workspaceId,
    endpointId: endpoint.id,
    entitlement,
  });
  const payment = await runtime.db.prisma.payment.findFirstOrThrow({ where: { receiptId: receipt.id } });
  const key = await runtime.db.prisma.apiKey.findFirstOrThrow({ where: { userId: owner.userId } });
  ids = {
    endpoint: endpoint.id,
    slug: endpoint.slug,
    payment: payment.id,
    receipt: receipt.id,
    entitlement: entitlement.id,
    key: key.id,
  };
});
afterAll(() => runtime.close());

interface Case {
  readonly route: string;
  readonly method: string;
  /** The call that the owner would make. */
  readonly input: (id: string) => Call;
  readonly kind: keyof typeof ids;
}

const byId = (route: string, method: string, kind: Case["kind"], body?: object): Case => ({
  route,
  method,
  kind,
  input: (id) => ({ method, params: { id }, ...(body === undefined ? {} : { body }) }),
});
const byQuery = (route: string): Case => ({
  route,
  method: "GET",
  kind: "endpoint",
  input: (id) => ({ path: `/x?endpoint=${id}` }),
});

/** Each route that takes an id of the workspace's, with each place it takes it in. */
const cases: readonly Case[] = [
  byId("endpoints/[id]", "GET", "endpoint"),
  byId("endpoints/[id]", "PATCH", "endpoint", { title: "Mine now" }),
  byId("endpoints/[id]/pause", "POST", "endpoint", {}),
  byId("endpoints/[id]/resume", "POST", "endpoint", {}),
  byId("endpoints/[id]/restore", "POST", "endpoint", {}),
  byId("endpoints/[id]/archive", "POST", "endpoint", { slug: "any" }),
  byId("endpoints/[id]/mode", "POST", "endpoint", { mode: "test" }),
  byId("endpoints/[id]/prices", "GET", "endpoint"),
  byId("endpoints/[id]/price-check", "POST", "endpoint", { request: { method: "GET", path: "/" } }),
  byId("payments/[id]", "GET", "payment"),
  byId("payments/[id]/refunds", "GET", "payment"),
  byId("payments/[id]/refunds", "POST", "payment", { amount: "1" }),
  byId("entitlements/[id]", "GET", "entitlement"),
  byId("api-keys/[id]", "DELETE", "key"),
  byQuery("payments"),
  byQuery("entitlements"),
  byQuery("receipts"),
  byQuery("receipts.csv"),
  byQuery("overview"),
];
/** Whoever holds a receipt's id may read it: it is a secret of 128 bits, made to be shared. */
const open = ["receipts/[id]"];

async function load({ route, method }: Case): Promise<RouteFunction> {
  const module: Record<string, RouteFunction> = await import(join(import.meta.dirname, route, "route.ts"));
  const found = module[method];
  if (found === undefined) throw new Error(`${route} has no ${method}`);
  return found;
}

/** Session or key, whichever the route takes. */
const credentialsOf = (user: TestUser, { kind }: Case) =>
  kind === "key" ? [user.session] : [user.session, user.key];

describe("another workspace's id", () => {
  it("is tried on each route that has one", () => {
    const routes = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("route.ts") && file.includes("[id]"))
      .map((file) => file.replace(/\/route\.ts$/, ""));
    expect(routes.toSorted()).toEqual(
      [
        ...new Set([...cases.map((entry) => entry.route).filter((route) => route.includes("[id]")), ...open]),
      ].toSorted(),
    );
  });

  it.each(cases)("gets from $method $route what a missing id gets", async (entry) => {
    const route = await load(entry);
    for (const headers of credentialsOf(other, entry)) {
      const foreign = await call(runtime, route, { ...entry.input(ids[entry.kind]), headers });
      const missing = await call(runtime, route, {
        ...entry.input(`${ids[entry.kind].slice(0, -4)}xxxx`),
        headers,
      });
      expect(foreign).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(foreign.text).toBe(missing.text);
      expect(Object.fromEntries(foreign.headers)).toEqual(Object.fromEntries(missing.headers));
    }
    const noted = await runtime.db.prisma.auditLog.findMany({
      where: { target: ids[entry.kind], action: "access.not-found" },
    });
    expect(noted.length).toBeGreaterThan(0);
    expect(noted.every((row) => row.workspaceId === other.workspaceId)).toBe(true);
    const row = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id: ids.endpoint } });
    expect(row).toMatchObject({ title: "Test endpoint", status: "active", version: 1 });
    const key = await runtime.db.prisma.apiKey.findUniqueOrThrow({ where: { id: ids.key } });
    expect(key.revokedAt).toBeNull();
  });

  it.each(cases)("needs a login at $method $route", async (entry) => {
    const answer = await call(runtime, await load(entry), entry.input(ids[entry.kind]));
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  });

  it.each(["%00", "\0", "../x", "a b", "x".repeat(65), "ep_💥"])("cannot be %j", async (id) => {
    for (const entry of cases.filter((item) => item.route.includes("[id]"))) {
      const answer = await call(runtime, await load(entry), { ...entry.input(id), headers: owner.session });
      expect(answer.status, entry.route).toBe(404);
    }
  });

  // Last, because it changes what the owner has: a sweep over routes that refuse everybody would prove nothing.
  it("is fine for its owner", async () => {
    for (const entry of cases) {
      const call_ = entry.input(ids[entry.kind]);
      const body = entry.route.endsWith("archive") ? { body: { slug: ids.slug } } : {};
      const answer = await call(runtime, await load(entry), { ...call_, ...body, headers: owner.session });
      // Restoring comes before archiving here, so it meets an active endpoint.
      expect(
        [200, 201, 204, ...(entry.route.endsWith("restore") ? [409] : [])],
        `${entry.method} ${entry.route}`,
      ).toContain(answer.status);
    }
  });
});

describe("lists", () => {
  it("hold the workspace's rows only", async () => {
    for (const [route, own] of [
      ["endpoints", 1],
      ["payments", 1],
      ["receipts", 1],
      ["entitlements", 1],
    ] as const) {
      const get = await load({ ...byQuery(route), route });
      const mine = await call(runtime, get, { headers: owner.session });
      expect(mine.body["items"], route).toHaveLength(own);
      const theirs = await call(runtime, get, { headers: other.session });
      expect(theirs.body, route).toEqual({ items: [], nextCursor: null });
    }
  });
});

describe("where money goes", () => {
  it("is neither read nor changed from another workspace", async () => {
    await makePayout(runtime.db.pool, owner.workspaceId);
    const node = await makeLightningNode(runtime.db.pool, owner.workspaceId);
    const get = await load({ ...byQuery("payouts"), route: "payouts" });
    const theirs = await call(runtime, get, { headers: other.session });
    expect(theirs.body).toMatchObject({ stablecoin: { connected: null }, lightning: { connected: null } });
    for (const rail of ["stablecoin", "lightning"]) {
      const remove = await load({ ...byQuery(rail), route: `payouts/${rail}`, method: "DELETE" });
      for (const [headers, status] of [
        [other.session, 204],
        [other.key, 403],
        [{}, 401],
      ] as const)
        expect((await call(runtime, remove, { method: "DELETE", headers })).status, rail).toBe(status);
    }
    const mine = await call(runtime, get, { headers: owner.session });
    expect(mine.body).toMatchObject({
      stablecoin: { connected: { address: testPayTo } },
      lightning: { connected: { address: "node.example:10009" } },
    });
    const row = await runtime.db.prisma.lightningNode.findUniqueOrThrow({ where: { id: node } });
    expect(row.retiredAt).toBeNull();
  });
});
