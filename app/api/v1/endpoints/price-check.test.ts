import type { PriceJson } from "@x402-paywall/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { POST as checkSaved } from "./[id]/price-check/route.ts";
import { POST as check } from "./price-check/route.ts";
import { POST as create } from "./route.ts";

let runtime: TestRuntime;
let user: TestUser;
beforeAll(async () => {
  runtime = await createTestRuntime();
  setRuntime(runtime);
  user = await makeUser(runtime);
});
afterAll(() => runtime.close());

const bundle: PriceJson = { model: "bundle", amount: "1000000", uses: 10, validSeconds: 3_600 };
const metered: PriceJson = {
  model: "metered",
  rates: { inputToken: "1000000", cachedInputToken: "100000", outputToken: "4000000" },
  deposit: "500000",
  validSeconds: 86_400,
  minimum: "0",
  cap: "50000",
  clampOutput: true,
  onLeave: "cancel",
};
const computed: PriceJson = {
  model: "computed",
  expression: 'body.model == "large" ? 0.05 : 0.01',
  maximum: "80000",
};
const routes = [
  { methods: ["GET"], path: "/a", price: "7" },
  { methods: null, path: "/a", price: bundle },
  { methods: ["POST"], path: "/chat/*", price: metered },
  { methods: ["POST"], path: "/models", price: computed },
];

const ask = (request: object, draft: object = {}, headers: Record<string, string> = user.session) =>
  call(runtime, check, { body: { price: "10000", routes, ...draft, request }, headers });

describe("POST /endpoints/price-check", () => {
  it.each([
    [
      "GET",
      "/a",
      { rule: { index: 0 }, amount: "7", terms: "this request", description: "$0.000007 per request" },
    ],
    // A GET rule prices a HEAD; `%61` is `a` to every upstream.
    ["HEAD", "/a", { rule: { index: 0 }, amount: "7" }],
    ["GET", "/%61", { rule: { index: 0 }, amount: "7" }],
    [
      "put",
      "/a",
      {
        rule: { index: 1, methods: null, path: "/a" },
        amount: "1000000",
        description: "10 requests for $1.00",
        terms: "10 requests within 1 hour",
        price: bundle,
      },
    ],
    ["GET", "/a/", { rule: null, amount: "10000" }],
    ["GET", "/chat/x", { rule: null, amount: "10000" }],
    ["POST", "/chat/x", { rule: { index: 2 }, amount: "500000" }],
    ["GET", "/", { rule: null, amount: "10000", price: { model: "per-request", amount: "10000" } }],
  ])("%s %s", async (method, path, expected) => {
    const answer = await ask({ method, path });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject(expected);
  });

  it("computes with query and body, and says why it costs the most", async () => {
    const post = (body?: string) =>
      ask({ method: "POST", path: "/models", ...(body === undefined ? {} : { body }) });
    expect((await post('{"model":"large"}')).body).toMatchObject({ amount: "50000" });
    expect((await post('{"model":"small"}')).body).toMatchObject({ amount: "10000" });
    expect((await post('{"model":"small"}')).body).not.toHaveProperty("failedClosed");
    for (const body of [undefined, "", "{", "{}", '{"model":1}', '{"model":"small","model":"large"}']) {
      const answer = await post(body);
      expect(answer.body, body).toMatchObject({ amount: "80000", failedClosed: expect.stringMatching(/./) });
    }
    const price = { model: "computed", expression: "0.001 * number(query.n)", maximum: "1000000" };
    for (const query of ["n=3", "?n=3"])
      expect((await ask({ method: "GET", path: "/", query }, { price })).body).toMatchObject({
        amount: "3000",
      });
  });

  it("says what such usage costs, rounded up once and capped", async () => {
    const charge = async (usage: object, price: PriceJson = metered) =>
      (await ask({ method: "GET", path: "/", usage }, { price, routes: [] })).body["charge"];
    expect(await charge({ inputTokens: 1000, outputTokens: 500 })).toBe("3000");
    expect(await charge({ inputTokens: 1, cachedInputTokens: 1 })).toBe("2");
    expect(await charge({ outputTokens: 1e12 })).toBe("50000");
    expect(await charge({})).toBe("0");
    const time: PriceJson = { ...metered, rates: { second: "1000000", byte: "3", unit: "2000000" } };
    expect(await charge({ seconds: 1.5, bytes: 1_000_000, units: 2 }, time)).toBe("9");
    const cost: PriceJson = { ...metered, rates: { costPercent: 120 } };
    expect(await charge({ costUsd: "0.01" }, cost)).toBe("12000");
    expect((await ask({ method: "GET", path: "/", usage: {} })).body).not.toHaveProperty("charge");
  });

  it.each([
    [{ method: "GET", path: "a" }, "request.path"],
    [{ method: "GET", path: "/a/../b" }, "request.path"],
    [{ method: "GET", path: "/.info" }, "request.path"],
    [{ method: "G T", path: "/" }, "request.method"],
    [{ method: "GET", path: "/", usage: { inputTokens: -1 } }, "request.usage.inputTokens"],
    [{ method: "GET", path: "/", usage: { tokens: 1 } }, "request.usage.tokens"],
    [{ method: "GET", path: "/", headers: {} }, "request.headers"],
    [{ method: "GET", path: "/", body: "\ud800" }, "request.body"],
  ])("refuses %j at %s", async (request, field) => {
    expect(await ask(request)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it("names the price that is wrong, as saving would", async () => {
    const wrong = [{ methods: null, path: "/", price: { ...bundle, uses: 0 } }];
    expect(await ask({ method: "GET", path: "/" }, { routes: wrong })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "routes.0.price.uses" }] },
    });
    expect(await ask({ method: "GET", path: "/x" }, { match: "exact" })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "request.path", message: "This endpoint serves one URL only." }] },
    });
  });

  it("is for those who have a workspace, and changes nothing", async () => {
    expect(await ask({ method: "GET", path: "/" }, {}, {})).toMatchObject({ status: 401 });
    expect(await ask({ method: "GET", path: "/" }, {}, user.key)).toMatchObject({ status: 200 });
    expect(await runtime.db.prisma.endpoint.count()).toBe(0);
  });
});

describe("POST /endpoints/:id/price-check", () => {
  it("asks of what is saved", async () => {
    const made = await call(runtime, create, {
      body: { url: "https://api.weather-site.com/", price: metered, routes },
      headers: user.session,
    });
    const id = String(made.body["id"]);
    const request = { method: "GET", path: "/a" };
    const answer = await call(runtime, checkSaved, {
      params: { id },
      body: { request },
      headers: user.session,
    });
    expect(answer).toMatchObject({ status: 200, body: { rule: { index: 0 }, amount: "7" } });
    const other = { request: { method: "GET", path: "/b", usage: { outputTokens: 3 } } };
    expect(
      await call(runtime, checkSaved, { params: { id }, body: other, headers: user.session }),
    ).toMatchObject({ status: 200, body: { rule: null, amount: "500000", charge: "12" } });
  });
});
