import { readReceipt, verifyReceipt, type Receipt } from "@x402-paywall/core";
import { verifySignature } from "@x402-paywall/proxy/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "../../../lib/services/runtime.ts";
import { call, listAll, makeUser, type TestUser } from "../../../lib/testing/api.ts";
import { makeEndpoint } from "../../../lib/testing/factories.ts";
import { makePaidRequest } from "../../../lib/testing/payments.ts";
import { createTestRuntime, type TestRuntime } from "../../../lib/testing/runtime.ts";
import { GET as getEndpoint } from "./endpoints/[id]/route.ts";
import { GET as overview } from "./overview/route.ts";
import { GET as getPayment } from "./payments/[id]/route.ts";
import { GET as listPayments } from "./payments/route.ts";
import { GET as exportCsv } from "./receipts.csv/route.ts";
import { GET as getReceipt } from "./receipts/[id]/route.ts";
import { GET as listReceipts } from "./receipts/route.ts";

const hour = 3_600;
/** Unix seconds, in the middle of an hour. */
const now = Date.UTC(2026, 10, 20, 15, 30) / 1000;

let runtime: TestRuntime;
let user: TestUser;
let endpointId: string;
let receipts: Receipt[];

beforeAll(async () => {
  runtime = await createTestRuntime({ now: () => now * 1000 });
  setRuntime(runtime);
  user = await makeUser(runtime);
  const endpoint = await makeEndpoint(runtime.db.pool, {
    workspaceId: user.workspaceId,
    title: "=Weather, daily",
  });
  endpointId = endpoint.id;
  const stranger = await makeEndpoint(runtime.db.pool);
  await makePaidRequest(runtime, {
    workspaceId: stranger.workspaceId,
    endpointId: stranger.id,
    settledAt: now,
  });
  const pay = (settledAt: number, amount: bigint, rest: object = {}) =>
    makePaidRequest(runtime, { workspaceId: user.workspaceId, endpointId, amount, settledAt, ...rest });
  receipts = [
    await pay(now, 1n, { rate: { msatPerUsd: 1_021_001n, asOf: now - 40 } }),
    await pay(now - hour, 9_007_199_254_740_993n),
    await pay(now - 2 * hour, 20_000n, { wire: "x402", payer: "0xaa" }),
    await pay(now - 2 * hour, 30_000n, { wire: "x402", payer: "0xaa" }),
    // The first second of the last 24 buckets, and the last second before it.
    await pay(now - 23 * hour - 1_800, 400n, { payer: "0xbb" }),
    await pay(now - 23 * hour - 1_801, 5_000n),
    // The first hour of the 24 before.
    await pay(now - 47 * hour - 1_800, 70n),
    // Beyond them.
    await pay(now - 48 * hour, 600_000n),
  ];
  const store = { workspaceId: user.workspaceId, endpointId };
  await runtime.db.pool.query(
    "insert into rollup_hourly (workspace_id, mode, hour, endpoint_id, challenges) values ($1, 'test', '2026-11-20T15:00Z', $2, 7)",
    Object.values(store),
  );
});
afterAll(() => runtime.close());

const items = (body: Readonly<Record<string, unknown>>) =>
  Array.isArray(body["items"]) ? body["items"] : [];

describe("GET /overview", () => {
  it("adds receipts up to the unit, by bucket and wire, and compares with the span before", async () => {
    const { body, status } = await call(runtime, overview, {
      path: "/x?range=24h&mode=test",
      headers: user.session,
    });
    expect(status).toBe(200);
    const inside = receipts.slice(0, 5).reduce((sum, receipt) => sum + receipt.amount, 0n);
    expect(body).toMatchObject({
      range: "24h",
      totals: { revenue: inside.toString(), paidRequests: 5, payers: 4, challenges: 7 },
      previous: { revenue: "5070", paidRequests: 2, payers: 2, challenges: 0 },
      endpoints: [{ id: endpointId, title: "=Weather, daily", revenue: inside.toString(), paidRequests: 5 }],
    });
    const series = Array.isArray(body["series"]) ? body["series"] : [];
    expect(series).toHaveLength(24);
    expect(series[0]).toMatchObject({ at: "2026-11-19T16:00:00.000Z", revenue: "400", paidRequests: 1 });
    expect(series[1]).toEqual({
      at: "2026-11-19T17:00:00.000Z",
      revenue: "0",
      refunded: "0",
      paidRequests: 0,
      payers: 0,
      challenges: 0,
      byWire: {},
    });
    expect(series[21]).toMatchObject({
      revenue: "50000",
      paidRequests: 2,
      payers: 1,
      byWire: { x402: "50000" },
    });
    expect(series.at(-1)).toMatchObject({
      at: "2026-11-20T15:00:00.000Z",
      revenue: "1",
      challenges: 7,
      byWire: { l402: "1" },
    });
  });

  it.each(["7d", "30d", "90d"])(
    "equals the sum of the receipts over %s, and of its own buckets",
    async (range) => {
      const { body } = await call(runtime, overview, { path: `/x?range=${range}`, headers: user.session });
      const { rows } = await runtime.db.pool.query<{ sum: string }>(
        "select sum(amount)::text as sum from receipt where workspace_id = $1",
        [user.workspaceId],
      );
      expect(body["totals"]).toMatchObject({ revenue: rows[0]?.sum, paidRequests: receipts.length });
      const series: { revenue: string }[] = Array.isArray(body["series"]) ? body["series"] : [];
      expect(series.reduce((sum, bucket) => sum + BigInt(bucket.revenue), 0n).toString()).toBe(rows[0]?.sum);
      const endpoint = await call(runtime, getEndpoint, {
        params: { id: endpointId },
        headers: user.session,
      });
      expect(endpoint.body).toMatchObject({ revenue: rows[0]?.sum, paidRequests: receipts.length });
    },
  );

  it("keeps TEST and LIVE apart", async () => {
    const { body } = await call(runtime, overview, { path: "/x?mode=live", headers: user.session });
    expect(body["totals"]).toEqual({
      revenue: "0",
      refunded: "0",
      paidRequests: 0,
      payers: 0,
      challenges: 0,
    });
  });
});

describe("payments", () => {
  it("are listed in pages and tell what happened", async () => {
    const first = await call(runtime, listPayments, {
      path: `/x?limit=4&endpoint=${endpointId}&state=delivered`,
      headers: user.key,
    });
    const second = await call(runtime, listPayments, {
      path: `/x?limit=4&cursor=${String(first.body["nextCursor"])}`,
      headers: user.key,
    });
    const seen = [...items(first.body), ...items(second.body)];
    expect(new Set(seen.map((item) => item.receiptId))).toEqual(
      new Set(receipts.map((receipt) => receipt.id)),
    );
    expect(second.body["nextCursor"]).toBeNull();
    const found = await call(runtime, getPayment, { params: { id: seen[0].id }, headers: user.key });
    expect(found.body).toMatchObject({
      id: seen[0].id,
      state: "delivered",
      attempts: 1,
      endpoint: { id: endpointId },
    });
    const timeline: { state: string }[] = Array.isArray(found.body["timeline"]) ? found.body["timeline"] : [];
    expect(timeline.map((entry) => entry.state)).toEqual(["claimed", "settled", "delivered"]);
    expect(found.body["quote"]).toMatchObject({ endpointId });
    const bitcoinOf = async (receiptId: string | undefined) => {
      const { id } = seen.find((item) => item.receiptId === receiptId);
      return (await call(runtime, getPayment, { params: { id }, headers: user.key })).body["bitcoin"];
    };
    const told = { msatPerUsd: "1021001", asOf: now - 40 };
    expect(await bitcoinOf(receipts[0]?.id)).toEqual({ msat: "1", rate: told });
    expect(await bitcoinOf(receipts[1]?.id)).toEqual({ msat: "9007199254740993", rate: null });
    expect((await call(runtime, listPayments, { path: "/x?state=unknown", headers: user.key })).body).toEqual(
      { items: [], nextCursor: null },
    );
  });
});

describe("receipts", () => {
  it("are listed by settlement, latest first", async () => {
    const { items: seen, pages } = await listAll(runtime, listReceipts, "/x?limit=2", user.session);
    expect(pages).toBe(4);
    expect(seen.map((item) => item["settledAt"])).toEqual(
      receipts
        .toSorted((a, b) => b.settledAt - a.settledAt)
        .map((receipt) => new Date(receipt.settledAt * 1000).toISOString()),
    );
    expect(new Set(seen.map((item) => item["id"]))).toEqual(new Set(receipts.map((receipt) => receipt.id)));
  });

  it("can be read and verified by whoever holds the id, and tell the same to everybody", async () => {
    const [receipt] = receipts;
    const params = { id: receipt?.id ?? "" };
    const answer = await call(runtime, getReceipt, { params });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: receipt?.id,
        bitcoin: { msat: "1", rate: { msatPerUsd: "1021001", asOf: now - 40 } },
        payload: { workspaceId: user.workspaceId, rate: { msatPerUsd: "1021001", asOf: now - 40 } },
      },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await verifyReceipt(String(answer.body["jws"]), runtime.ports.getJwks(), verifySignature)).toEqual(
      receipt,
    );
    expect(readReceipt(JSON.parse(JSON.stringify(answer.body["payload"])))).toEqual(receipt);
    expect(
      (await call(runtime, getReceipt, { params, headers: (await makeUser(runtime)).session })).text,
    ).toBe(answer.text);
    expect((await call(runtime, getReceipt, { params, headers: user.session })).text).toBe(answer.text);
    expect((await call(runtime, getReceipt, { params: { id: "rcp_unknown" } })).status).toBe(404);
  });

  it("are exported with numbers as numbers and formulas as text", async () => {
    const answer = await call(runtime, exportCsv, {
      path: `/x?endpoint=${endpointId}`,
      headers: user.session,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    const lines = answer.text.split("\r\n");
    expect(lines).toHaveLength(receipts.length + 2);
    expect(lines[0]).toMatch(/^id,settled_at,mode,endpoint,endpoint_title,amount_usd,amount_micro_usd,/);
    const line = lines.find((text) => text.startsWith(receipts[1]?.id ?? ""));
    expect(line).toContain(
      `,"'=Weather, daily",9007199254.740993,9007199254740993,sandbox,l402,,${receipts[1]?.reference},9007199254740993,msat,BTC,regtest,,`,
    );
    const rated = lines.find((text) => text.startsWith(receipts[0]?.id ?? ""));
    expect(rated).toMatch(/,1,msat,BTC,regtest,1021001,2026-11-20T15:29:20\.000Z$/);
  });
});
