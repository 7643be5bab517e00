import type { HeaderList, PaymentPageInput } from "@x402-paywall/core";
import { accessCookieName, findHeader, parsePaymentReceipt } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { bearer, DAY, perToken, priced } from "../../test/draws.ts";
import {
  buyL402,
  buyMpp,
  buyX402,
  createWorld,
  granted,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
} from "../../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x";
const bundle = { model: "bundle", amount: 100_000n, uses: 3, validSeconds: DAY } as const;
const pass = { model: "pass", amount: 50_000n, seconds: 3600, maxUses: null } as const;

const credentials = {
  l402: async (world: World) => (await buyL402(world, TARGET)).headers,
  mpp: (world: World) => buyMpp(world, TARGET),
  x402: (world: World) => buyX402(world, TARGET),
};

describe.each(Object.entries(credentials))("a bundle bought over %s", (wire, buy) => {
  it("is good for so many requests by its credential, anywhere below the rule, and not for one more", async () => {
    const world = createWorld({}, priced(bundle));
    const headers = await buy(world);
    const first = await serve(granted(await world.get(TARGET, headers)));
    expect(findHeader(first.headers, "paywall-uses-left")).toBe("2");
    const second = await serve(granted(await world.get("/p/demo/v1/other", headers)));
    expect(findHeader(second.headers, "paywall-uses-left")).toBe("1");
    await serve(granted(await world.get(TARGET, headers)));
    const fourth = jsonBody(await world.get(TARGET, headers));
    expect(fourth).toMatchObject({ status: 402, code: "payment_insufficient" });
    expect(fourth.topUpUrl).toContain("/p/demo/.topup?entitlement=ent_");
    expect(world.store.receipts()).toHaveLength(1);
    expect(world.store.receipts()[0]).toMatchObject({ amount: 100_000n, wire });
  });

  it("answers with an access token that draws on the same uses", async () => {
    const world = createWorld({}, priced(bundle));
    const headers = await buy(world);
    const token = bearer((await serve(granted(await world.get(TARGET, headers)))).headers);
    await serve(granted(await world.get(TARGET, token)));
    await serve(granted(await world.get(TARGET, headers)));
    expect(jsonBody(await world.get(TARGET, token))).toMatchObject({ code: "payment_insufficient" });
  });

  it("gives a use back where the upstream failed or nothing arrived, and charges nobody for a first failure", async () => {
    const world = createWorld({}, priced(bundle));
    const headers = await buy(world);
    const failed = granted(await world.get(TARGET, headers));
    await expect(failed.commit({ status: 500, headers: [] })).rejects.toMatchObject({
      code: "upstream_error",
    });
    await failed.fail(new Error("500"));
    const left = granted(await world.get(TARGET, headers));
    await left.commit({ status: 200, headers: [] });
    await left.finish({ complete: false, bytes: 0 });
    const broken = granted(await world.get(TARGET, headers));
    await broken.commit({ status: 200, headers: [] });
    await broken.finish({ complete: false, bytes: 9, brokenBy: "upstream" });
    const passed = granted(await world.get(TARGET, headers));
    await passed.commit({ status: 404, headers: [] });
    await passed.finish({ complete: true, bytes: 9 });
    const served = await serve(granted(await world.get(TARGET, headers)));
    expect(findHeader(served.headers, "paywall-uses-left")).toBe("2");
  });

  it("opens nothing under another rule or another endpoint", async () => {
    const premium = {
      id: "rt_1",
      methods: null,
      path: "/premium/*",
      price: { model: "per-request", amount: 900_000n, version: 1 },
    } as const;
    const other = makeEndpoint({ id: "ep_other", slug: "other", defaultPrice: { ...bundle, version: 1 } });
    const world = createWorld({}, priced(bundle, { routes: [premium] }), other);
    const headers = await buy(world);
    expect(jsonBody(await world.get("/p/demo/premium/a", headers))).toMatchObject({ code: "wrong_resource" });
    expect(jsonBody(await world.get("/p/other/v1/x", headers))).toMatchObject({ code: "wrong_resource" });
    const token = bearer((await serve(granted(await world.get(TARGET, headers)))).headers);
    expect(jsonBody(await world.get("/p/demo/premium/a", token))).toMatchObject({ code: "payment_required" });
    expect(jsonBody(await world.get("/p/other/v1/x", token))).toMatchObject({ code: "payment_required" });
  });
});

it("of 300 requests at once on a balance for 100, exactly 100 are granted", async () => {
  const endpoint = priced(perToken({ deposit: 1_000_000n, cap: 80_000n }), {
    routes: [
      {
        id: "rt_1",
        methods: null,
        path: "/cent",
        price: { model: "per-request", amount: 10_000n, version: 1 },
      },
    ],
  });
  const world = createWorld({}, endpoint);
  const { headers } = await buyL402(world, TARGET);
  const first = granted(await world.get(TARGET, headers));
  const token = bearer((await first.commit({ status: 200, headers: [] })).headers);
  await first.finish({ complete: false, bytes: 0 });
  const decisions = await Promise.all(Array.from({ length: 300 }, () => world.get("/p/demo/cent", token)));
  expect(decisions.filter(({ kind }) => kind === "granted")).toHaveLength(100);
  for (const decision of decisions) if (decision.kind === "granted") await serve(decision.grant);
  const info = jsonBody(await world.get("/p/demo/.info", token));
  expect(info).toMatchObject({ kind: "balance", balance: "0.00", spent: "1.00", held: "0.00" });
});

describe("a time pass", () => {
  it.each(Object.entries(credentials))(
    "bought over %s opens everything until its time, then nothing",
    async (_, buy) => {
      const world = createWorld({}, priced(pass));
      const headers = await buy(world);
      const token = bearer((await serve(granted(await world.get(TARGET, headers)))).headers);
      for (let visit = 0; visit < 5; visit++)
        await serve(granted(await world.get(`/p/demo/v1/${visit}`, token)));
      await serve(granted(await world.get("/p/demo/v1/y", headers)));
      world.now += 3_601_000;
      expect(jsonBody(await world.get(TARGET, token))).toMatchObject({ code: "payment_required" });
      expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ code: "payment_expired" });
      expect(world.store.receipts()).toHaveLength(1);
    },
  );

  it("that was refunded opens nothing", async () => {
    const world = createWorld({}, priced(pass));
    const { headers } = await buyL402(world, TARGET);
    const answered = await serve(granted(await world.get(TARGET, headers)));
    const info = jsonBody(await world.get("/p/demo/.info", headers));
    const id = String(info.entitlement);
    world.store.revoke(id);
    world.endpoints.set("demo", priced(pass, { revoked: new Set([id]) }));
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ code: "payment_expired" });
    expect(jsonBody(await world.get(TARGET, bearer(answered.headers)))).toMatchObject({
      code: "payment_required",
    });
  });
});

describe("a free quota", () => {
  const free = { model: "per-request", amount: 10_000n, freePerDay: 2 } as const;

  it("is counted for each payer and day, and what was not served is not counted", async () => {
    const world = createWorld({}, priced(free));
    await granted(await world.get(TARGET)).fail(new Error("down"));
    await serve(granted(await world.get(TARGET)));
    await serve(granted(await world.get(TARGET)));
    expect(jsonBody(await world.get(TARGET))).toMatchObject({ status: 402 });
    await serve(granted(await world.get(TARGET, [], { remoteAddress: "192.0.2.7" })));
    world.now += DAY * 1000;
    await serve(granted(await world.get(TARGET)));
  });

  it("counts all addresses of one /64 as one payer", async () => {
    const world = createWorld({}, priced(free));
    const from = (remoteAddress: string) => world.get(TARGET, [], { remoteAddress });
    await serve(granted(await from("2001:db8::1")));
    await serve(granted(await from("2001:db8:0:0:ffff::2")));
    expect(jsonBody(await from("2001:db8::3"))).toMatchObject({ status: 402 });
    await serve(granted(await from("2001:db8:0:1::1")));
  });
});

describe("pay what you want", () => {
  const tip = { model: "pay-what-you-want", minimum: 10_000n, suggested: 50_000n } as const;

  it("asks for the minimum, or for what the payer names", async () => {
    const world = createWorld({}, priced(tip));
    expect(jsonBody(await world.get(TARGET))).toMatchObject({ price: { amount: "10000" } });
    expect(jsonBody(await world.get(TARGET, [["Paywall-Amount", "0.25"]]))).toMatchObject({
      price: { amount: "250000" },
    });
    for (const amount of ["0.009999", "-1", "a lot", "9999999999"]) {
      expect(jsonBody(await world.get(TARGET, [["Paywall-Amount", amount]]))).toMatchObject({
        status: 400,
        errors: [{ field: "Paywall-Amount" }],
      });
    }
  });

  it("shows a person what the creator suggests, who may still choose less", async () => {
    const seen: bigint[] = [];
    const page = ({ quote }: PaymentPageInput) => {
      seen.push(quote.amount);
      return { html: "", csp: "" };
    };
    const world = createWorld({ page }, priced(tip));
    await world.get(TARGET, [["Accept", "text/html"]]);
    const less = `/p/demo/.pay?resource=${encodeURIComponent(TARGET)}&amount=0.02`;
    await world.get(less, [["Accept", "text/html"]]);
    expect(seen).toEqual([50_000n, 20_000n]);
  });

  it("is served for the amount that was paid", async () => {
    const world = createWorld({}, priced(tip));
    await serve(granted(await world.get(TARGET, (await buyL402(world, TARGET)).headers)));
    const target = `/p/demo/.pay?resource=${encodeURIComponent(TARGET)}&amount=0.25`;
    await serve(granted(await world.get(TARGET, await buyX402(world, target))));
    expect(world.store.receipts().map(({ amount }) => amount)).toEqual([10_000n, 250_000n]);
  });
});

describe("a computed price", () => {
  const computed = {
    model: "computed",
    expression: 'body.model == "large" ? 0.05 : 0.01',
    maximum: 90_000n,
  } as const;
  const post = (body: string) => ({
    method: "POST",
    readBody: async () => new TextEncoder().encode(body),
  });
  const length = [["Content-Length", "20"]] as const;

  it("follows the body, and costs the most where the body leaves a doubt", async () => {
    const world = createWorld({}, priced(computed));
    const amount = async (body: string) => {
      const { price } = jsonBody(await world.get(TARGET, length, post(body)));
      return price;
    };
    expect(await amount('{"model":"small"}')).toMatchObject({ amount: "10000" });
    expect(await amount('{"model":"large"}')).toMatchObject({ amount: "50000" });
    for (const doubt of ['{"model":"small","model":"large"}', "{", "{}", "", '{"model":5}']) {
      expect(await amount(doubt)).toMatchObject({ amount: "90000" });
    }
  });

  it("a payment for a cheap request does not open a dear one, whatever else the body says", async () => {
    const world = createWorld({}, priced(computed));
    const cheap = { ...post('{"model":"small","n":1}'), headers: length };
    const { headers } = await buyL402(world, TARGET, cheap);
    const dear = await world.get(TARGET, [...headers, ...length], post('{"model":"large"}'));
    expect(jsonBody(dear)).toMatchObject({ status: 402, code: "payment_insufficient" });
    await serve(granted(await world.get(TARGET, [...headers, ...length], post('{"model":"small","n":2}'))));
  });
});

it("each good answer to an MPP credential carries a receipt", async () => {
  const world = createWorld({}, priced(bundle));
  const headers = await buyMpp(world, TARGET);
  for (let visit = 0; visit < 2; visit++) {
    const answered = await serve(granted(await world.get(TARGET, headers)));
    const receipt = parsePaymentReceipt(findHeader(answered.headers, "payment-receipt") ?? "");
    expect(receipt).toMatchObject({ status: "success", method: "lightning" });
  }
});

it("a visit that another site sent a browser on costs nothing until the person says so", async () => {
  const world = createWorld({}, priced(bundle));
  const { headers } = await buyL402(world, TARGET);
  const bought = await serve(granted(await world.get(TARGET, headers)));
  const token = findHeader(bought.headers, "paywall-access-token") ?? "";
  const cookie = ["Cookie", `${accessCookieName("rule_default")}=${token}`] as const;
  const navigate = (site: string): HeaderList => [
    cookie,
    ["Accept", "text/html"],
    ["Sec-Fetch-Mode", "navigate"],
    ["Sec-Fetch-Site", site],
  ];
  const asked = await world.get(`${TARGET}?a=<b>`.replace("<b>", "%3Cb%3E"), navigate("cross-site"));
  if (asked.kind !== "refused") throw new Error("served without a word");
  expect(asked.head.status).toBe(200);
  expect(new TextDecoder().decode(asked.body)).toContain(`href="${TARGET}?a=%3Cb%3E"`);
  await serve(granted(await world.get(TARGET, navigate("same-origin"))));
  await serve(granted(await world.get(TARGET, navigate("none"))));
  expect(jsonBody(await world.get("/p/demo/.info", [cookie]))).toMatchObject({ usesLeft: 0 });
});

it("a balance buys no bundle of another rule, by its credential or by its token", async () => {
  const sold = { id: "rt_1", methods: null, path: "/bundle", price: { ...bundle, version: 1 } };
  const world = createWorld({}, priced(perToken(), { routes: [sold] }));
  const { headers } = await buyL402(world, TARGET);
  expect(jsonBody(await world.get("/p/demo/bundle", headers))).toMatchObject({ code: "wrong_resource" });
  const token = bearer(
    await granted(await world.get(TARGET, headers))
      .commit({ status: 200, headers: [] })
      .then((head) => head.headers),
  );
  expect(jsonBody(await world.get("/p/demo/bundle", token))).toMatchObject({ code: "payment_required" });
});
