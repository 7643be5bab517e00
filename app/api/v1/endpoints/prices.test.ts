import type { PriceJson } from "@x402-paywall/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { GET as history } from "./[id]/prices/route.ts";
import { GET as get, PATCH as patch } from "./[id]/route.ts";
import { POST as create } from "./route.ts";

let runtime: TestRuntime;
let user: TestUser;
beforeAll(async () => {
  runtime = await createTestRuntime();
  setRuntime(runtime);
  user = await makeUser(runtime);
});
afterAll(() => runtime.close());

const url = "https://api.weather-site.com/v1";
const flat: PriceJson = { model: "per-request", amount: "10000", freePerDay: 3 };
const bundle: PriceJson = { model: "bundle", amount: "1000000", uses: 10, validSeconds: 3_600 };
const pass: PriceJson = { model: "pass", amount: "2000000", seconds: 86_400, maxUses: null };
const metered: PriceJson = {
  model: "metered",
  rates: { inputToken: "1000000", outputToken: "4000000", costPercent: 120 },
  deposit: "500000",
  validSeconds: 86_400,
  minimum: "0",
  cap: "50000",
  clampOutput: false,
  onLeave: "drain",
};
const tip: PriceJson = { model: "pay-what-you-want", minimum: "50000", suggested: "500000" };
const computed: PriceJson = {
  model: "computed",
  expression: 'body.model == "large" ? 0.05 : 0.01',
  maximum: "50000",
};

async function make(body: object) {
  const answer = await call(runtime, create, { body: { url, ...body }, headers: user.session });
  expect(answer.status, answer.text).toBe(201);
  return { body: answer.body, id: String(answer.body["id"]) };
}

const change = (id: string, body: object) =>
  call(runtime, patch, { method: "PATCH", params: { id }, body, headers: user.session });

async function listHistory(id: string) {
  const { body } = await call(runtime, history, { params: { id }, headers: user.session });
  return body["items"];
}

describe("a price of each model", () => {
  it.each([flat, bundle, pass, metered, tip, computed])("$model is kept as it was sent", async (price) => {
    const routes = [{ methods: ["POST"], path: "/x", price }];
    const { id, body } = await make({ price, routes });
    const expected = { price, routes: [{ methods: ["POST"], path: "/x", price }] };
    expect(body).toMatchObject(expected);
    expect((await call(runtime, get, { params: { id }, headers: user.session })).body).toMatchObject(
      expected,
    );
    expect(await listHistory(id)).toEqual(
      expect.arrayContaining([
        { at: expect.any(String), by: "Ada", rule: null, from: null, to: price },
        { at: expect.any(String), by: "Ada", rule: "POST /x", from: null, to: price },
      ]),
    );
  });

  it("may be sent in short, and is sent back whole", async () => {
    const sent = { model: "metered", rates: { second: "7" }, deposit: "5", validSeconds: 60 };
    expect((await make({ price: sent })).body["price"]).toEqual({
      ...sent,
      minimum: "0",
      cap: null,
      clampOutput: true,
      onLeave: "cancel",
    });
  });

  it.each([
    [{ price: {} }, ["price.model"]],
    [{ price: [] }, ["price"]],
    [{ price: null }, ["price"]],
    [{ price: { model: "auction" } }, ["price.model"]],
    [{ price: { ...bundle, uses: 0 } }, ["price.uses"]],
    [{ price: { ...bundle, amount: "0" } }, ["price.amount"]],
    [{ price: { ...bundle, amount: 5, discount: "1" } }, ["price.amount", "price.discount"]],
    [{ price: { ...metered, rates: { outputToken: "-1" } } }, ["price.rates.outputToken"]],
    [{ price: { ...metered, rates: {} } }, ["price.rates"]],
    [{ price: { ...computed, expression: "body." } }, ["price.expression"]],
    [{ price: { ...tip, suggested: "1" } }, ["price.suggested"]],
    [{ price: { model: "per-request", amount: "0" } }, ["price"]],
    [
      {
        routes: [
          { methods: null, path: "/a", price: "1" },
          { methods: null, path: "/b", price: { ...bundle, uses: 1.5 } },
        ],
      },
      ["routes.1.price.uses"],
    ],
  ])("refuses %j and names each member", async (extra, fields) => {
    const answer = await call(runtime, create, {
      body: { url, price: "1", ...extra },
      headers: user.session,
    });
    expect(answer).toMatchObject({ status: 422, body: { code: "validation_failed" } });
    const errors: readonly { readonly field: string }[] = JSON.parse(answer.text).errors;
    expect(errors.map((error) => error.field).toSorted()).toEqual(fields);
  });
});

describe("a change of prices", () => {
  const at = (path: string, price: unknown, methods: readonly string[] | null = null) => ({
    methods,
    path,
    price,
  });

  it("keeps the ids of rules that match the same, and notes each change once with its rule", async () => {
    const first = [at("/a", bundle, ["GET", "POST"]), at("/b", pass), at("/c", "1")];
    const { id } = await make({ price: flat, routes: first });
    const rows = () =>
      runtime.db.prisma.route.findMany({ where: { endpointId: id }, orderBy: { position: "asc" } });
    const [a, b, c] = await rows();
    // Another order, of the rules and of the methods; /a as it was, /b dearer, /c gone, /d new.
    const dearer = { ...pass, amount: "3000000" };
    const next = [at("/d", tip), at("/b", dearer), at("/a", bundle, ["POST", "GET"])];
    expect(await change(id, { routes: next })).toMatchObject({ status: 200 });
    const [d, newB, newA] = await rows();
    expect([newA?.id, newB?.id]).toEqual([a?.id, b?.id]);
    expect([newA?.priceVersion, newB?.priceVersion, d?.priceVersion]).toEqual([1, 2, 1]);
    const changes = await runtime.db.prisma.priceVersion.findMany({
      where: { endpointId: id },
      orderBy: [{ createdAt: "asc" }, { version: "asc" }],
      skip: 4,
    });
    expect(
      new Set(
        changes.map(({ routeId, fromPricing, toPricing, version, byUserId }) =>
          JSON.stringify([routeId, fromPricing !== null, toPricing !== null, version, byUserId]),
        ),
      ),
    ).toEqual(
      new Set([
        JSON.stringify([d?.id, false, true, 1, user.userId]),
        JSON.stringify([b?.id, true, true, 2, user.userId]),
        JSON.stringify([c?.id, true, false, 1, user.userId]),
      ]),
    );
    const version = { where: { id }, select: { priceVersion: true } };
    expect(await runtime.db.prisma.endpoint.findUniqueOrThrow(version)).toEqual({ priceVersion: 1 });
  });

  it("that is none writes no history", async () => {
    const { id } = await make({ price: metered, routes: [at("/a", computed)] });
    const { onLeave, model, ...rest } = metered;
    expect(
      await change(id, { price: { onLeave, ...rest, model }, routes: [at("/a", computed)], title: "New" }),
    ).toMatchObject({ status: 200 });
    expect(await listHistory(id)).toHaveLength(2);
  });

  it("is undone with its history and its audit entry when one of them fails", async () => {
    const { id } = await make({ price: flat, slug: "kept-together" });
    await make({ price: flat, slug: "taken-already" });
    const counts = async () => [
      await runtime.db.prisma.priceVersion.count({ where: { endpointId: id } }),
      await runtime.db.prisma.auditLog.count({ where: { target: id } }),
    ];
    const before = await counts();
    expect(await change(id, { price: pass, slug: "taken-already" })).toMatchObject({ status: 409 });
    expect(await counts()).toEqual(before);
    const real = runtime.newId;
    // The same id for both rows of the history: the second one cannot be written.
    setRuntime({ ...runtime, newId: (prefix) => (prefix === "pv_" ? "pv_same" : real(prefix)) });
    expect((await change(id, { price: pass, routes: [at("/a", tip)] })).status).toBeGreaterThanOrEqual(400);
    setRuntime(runtime);
    expect(await counts()).toEqual(before);
    expect((await call(runtime, get, { params: { id }, headers: user.session })).body).toMatchObject({
      price: flat,
      routes: [],
    });
  });
});
