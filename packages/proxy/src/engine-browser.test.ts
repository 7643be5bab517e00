import {
  accessCookieName,
  findHeader,
  formatAccessToken,
  parsePaymentRequired,
  utf8,
} from "@x402-paywall/core";
import { UptoEvmScheme } from "@x402/evm";
import { describe, expect, it } from "vitest";
import { perToken, priced } from "../test/draws.ts";
import type { Bought, World } from "../test/engine-fixtures.ts";
import {
  buyL402,
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  keys,
  makeEndpoint,
  serve,
} from "../test/engine-fixtures.ts";
import type { Decision, RequestHead } from "./decision.ts";
import type { Rail } from "./rail.ts";
import { toPaidInvoice } from "./rails/sandbox/index.ts";

const TARGET = "/p/demo/v1/x?a=1";
const BROWSER = ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"] as const;

function post(world: World, body: string, type: string, more: Partial<RequestHead> = {}): Promise<Decision> {
  const readBody = (): Promise<Uint8Array> => Promise.resolve(utf8(body));
  return world.get("/p/demo/.unlock", [["Content-Type", type]], { method: "POST", readBody, ...more });
}

function unlock(world: World, fields: Readonly<Record<string, unknown>>): Promise<Decision> {
  return post(world, JSON.stringify(fields), "application/json");
}

/** The sandbox wallet paid, and the app wrote it down. */
async function savePaid(world: World, bought: Bought): Promise<string> {
  const payment = world.wallet.payInvoice(bought.bolt11);
  const now = Math.floor(world.now / 1000);
  await world.store.saveInvoice(toPaidInvoice(payment, { workspaceId: "ws_demo", keys, now }));
  return payment.paymentHash;
}

function cookieOf(decision: Decision): string {
  return headerOf(decision, "set-cookie")?.split(";")[0] ?? "";
}

/** What a wallet has signed, as the payment page posts it. */
async function sign(world: World, target = TARGET): Promise<string> {
  return (await buyX402(world, target))[0]?.[1] ?? "";
}

describe("a person with a wallet", () => {
  it("unlocks with what it has signed, is charged once, and asks again for the same cookie", async () => {
    const world = createWorld();
    const payment = await sign(world);
    const first = await unlock(world, { payment, resource: TARGET });
    expect(first).toMatchObject({ head: { status: 204 } });
    const again = await unlock(world, { payment, resource: TARGET });
    expect(cookieOf(again)).toBe(cookieOf(first));
    await serve(granted(await world.get(TARGET, [["Cookie", cookieOf(first)]])));
    expect(world.store.receipts()).toMatchObject([{ wire: "x402", amount: 10_000n }]);
    await world.paywall.flush();
    expect(world.store.events().filter(({ kind }) => kind === "paid")).toMatchObject([
      { wire: "x402" },
      { wire: "x402" },
    ]);
    // The same signature buys nothing beside.
    const header = [["PAYMENT-SIGNATURE", payment]] as const;
    expect(jsonBody(await world.get(TARGET, header))).toMatchObject({ code: "credential_redeemed" });
  });

  it.each([
    ["no base64", "%%%"],
    ["no payload", Buffer.from("{}").toString("base64")],
    [
      "v1, which names no requirements",
      Buffer.from('{"x402Version":1,"scheme":"exact","network":"base","payload":{}}').toString("base64"),
    ],
  ])("is told what is wrong with %s", async (_, payment) => {
    expect(jsonBody(await unlock(createWorld(), { payment }))).toMatchObject({
      status: 400,
      detail: "`payment` is not an x402 v2 payload in base64.",
    });
  });

  it("signs no maximum: that buys one answer of an agent", async () => {
    const world = createWorld({}, priced(perToken()));
    // Stock clients sign by their own clock.
    world.now = Date.now();
    const required = parsePaymentRequired(headerOf(await world.get(TARGET), "payment-required") ?? "");
    const accepted = required?.accepts.find(({ scheme }) => scheme === "upto");
    if (accepted === undefined) throw new Error("No maximum is offered");
    const wallet = new UptoEvmScheme(world.account);
    const { payload } = await wallet.createPaymentPayload(2, accepted as never);
    const payment = Buffer.from(JSON.stringify({ x402Version: 2, accepted, payload })).toString("base64");
    const refused = await unlock(world, { payment });
    expect(jsonBody(refused)).toMatchObject({ status: 402, code: "verification_failed" });
    expect(world.store.receipts()).toEqual([]);
  });

  it("does not unlock what another quote was signed for, or a requirement that was changed", async () => {
    const world = createWorld();
    const [header] = await buyX402(world, TARGET, { accepted: { amount: "1" } });
    expect(jsonBody(await unlock(world, { payment: header?.[1] }))).toMatchObject({
      code: "invalid_challenge",
    });
    const unlocked = await unlock(world, { payment: await sign(world, "/p/demo/v1/cheap") });
    const elsewhere = await world.get(TARGET, [["Cookie", cookieOf(unlocked)]]);
    expect(jsonBody(elsewhere)).toMatchObject({ status: 402 });
  });
});

describe("a person", () => {
  it("pays, unlocks, and keeps the one resource until the time is over", async () => {
    const world = createWorld();
    const bought = await buyL402(world, TARGET);
    const paymentHash = await savePaid(world, bought);
    expect(jsonBody(await world.get(`/p/demo/.status?payment_hash=${paymentHash}`))).toMatchObject({
      state: "paid",
    });
    const unlocked = await unlock(world, { token: bought.token });
    expect(unlocked).toMatchObject({ kind: "refused", head: { status: 204 }, body: new Uint8Array(0) });
    const cookie = headerOf(unlocked, "set-cookie") ?? "";
    expect(cookie).toMatch(
      /^pw_access_[\w-]+=pw_[\w.-]+; Path=\/p\/demo; Max-Age=3600; HttpOnly; SameSite=Lax$/,
    );
    const [receipt] = world.store.receipts();
    expect(headerOf(unlocked, "paywall-receipt")).toBe(receipt?.id);
    expect(await world.store.findPayment(receipt?.paymentKey ?? "")).toMatchObject({ state: "settled" });

    const headers = [["Cookie", `theme=dark; ${cookieOf(unlocked)}`], BROWSER] as const;
    for (let reload = 0; reload < 3; reload++) await serve(granted(await world.get(TARGET, headers)));
    expect(await world.store.findPayment(receipt?.paymentKey ?? "")).toMatchObject({ state: "delivered" });
    expect(jsonBody(await world.get("/p/demo/v1/y", headers.slice(0, 1)))).toMatchObject({ status: 402 });
    expect(jsonBody(await world.get(TARGET, headers.slice(0, 1), { method: "POST" }))).toMatchObject({
      status: 402,
    });
    world.now += 3_600_000;
    expect(jsonBody(await world.get(TARGET, headers.slice(0, 1)))).toMatchObject({ status: 402 });
    expect(world.store.receipts()).toHaveLength(1);
    await world.paywall.flush();
    expect(world.store.events().filter(({ kind }) => kind === "access")).toHaveLength(3);
    expect(world.store.events().find(({ kind }) => kind === "paid")).toMatchObject({
      receiptId: receipt?.id,
    });
  });

  it("on another origin's page gets the token itself, and no cookie", async () => {
    const world = createWorld();
    const bought = await buyL402(world, TARGET);
    const challenge = jsonBody(await world.get(TARGET));
    expect(challenge).toMatchObject({ links: { status: "/p/demo/.status", unlock: "/p/demo/.unlock" } });
    await savePaid(world, bought);
    const unlocked = await unlock(world, { token: bought.token, as: "token" });
    expect(unlocked).toMatchObject({ head: { status: 200 } });
    expect(headerOf(unlocked, "set-cookie")).toBeUndefined();
    expect(headerOf(unlocked, "paywall-receipt")).toBe(world.store.receipts()[0]?.id);
    const { accessToken, expiresAt } = jsonBody(unlocked);
    expect(Date.parse(String(expiresAt))).toBe(world.now + 3_600_000);
    await serve(granted(await world.get(TARGET, [["Authorization", `Bearer ${String(accessToken)}`]])));
    // The answer got lost: the same again, not a second one.
    expect(jsonBody(await unlock(world, { token: bought.token, as: "token" }))).toMatchObject({
      accessToken,
    });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("needs no script: a form is answered with a redirect to what was paid", async () => {
    const world = createWorld();
    const { token, preimage } = await buyL402(world, TARGET);
    const form = new URLSearchParams({ token, preimage, resource: TARGET }).toString();
    const unlocked = await post(world, form, "application/x-www-form-urlencoded");
    expect(unlocked).toMatchObject({ head: { status: 303 } });
    expect(headerOf(unlocked, "location")).toBe(TARGET);
    await serve(granted(await world.get(TARGET, [["Cookie", cookieOf(unlocked)]])));
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/p/other/x",
    "/p/demo/../x",
    "/p/demo/.unlock",
    "/login",
  ])("is never sent to %s", async (resource) => {
    const world = createWorld();
    const { token, preimage } = await buyL402(world, TARGET);
    const decision = await unlock(world, { token, preimage, resource });
    expect(jsonBody(decision)).toMatchObject({ status: 400 });
    expect(world.store.receipts()).toEqual([]);
  });

  it("gets a secure cookie under https", async () => {
    const world = createWorld({ contentUrl: "https://pay.example" });
    const { token, preimage } = await buyL402(world, TARGET);
    expect(headerOf(await unlock(world, { token, preimage }), "set-cookie")).toMatch(/; Secure$/);
  });

  it("is told to wait while the payment has not arrived", async () => {
    const world = createWorld();
    const { token } = await buyL402(world, TARGET);
    expect(jsonBody(await unlock(world, { token }))).toMatchObject({
      status: 402,
      code: "verification_failed",
      state: "awaiting",
    });
  });

  it("may come back late with what was paid in time", async () => {
    const world = createWorld();
    const bought = await buyL402(world, TARGET);
    await savePaid(world, bought);
    world.now += 3_600_000;
    expect(await unlock(world, { token: bought.token })).toMatchObject({ head: { status: 204 } });
  });
});

describe("one payment", () => {
  it("unlocks one page, again where the answer got lost, and then no agent", async () => {
    const world = createWorld();
    const { token, preimage, headers } = await buyL402(world, TARGET);
    const first = headerOf(await unlock(world, { token, preimage }), "set-cookie");
    const receipt = world.store.receipts()[0]?.id;
    world.now += 1_000;
    const again = await unlock(world, { token, preimage });
    expect(again).toMatchObject({ head: { status: 204 } });
    expect(headerOf(again, "set-cookie")?.split(";")[0]).toBe(first?.split(";")[0]);
    expect(world.store.receipts()).toHaveLength(1);
    world.now += 100_000_000;
    expect(jsonBody(await unlock(world, { token, preimage }))).toMatchObject({ status: 409, receipt });
    world.now -= 100_001_000;
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
      receipt,
    });
  });

  it("that served an agent unlocks nothing, also when its answer broke off", async () => {
    const world = createWorld();
    const { token, preimage, headers } = await buyL402(world, TARGET);
    await serve(granted(await world.get(TARGET, headers)), undefined, false);
    expect(jsonBody(await unlock(world, { token, preimage }))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
    });
    await serve(granted(await world.get(TARGET, headers)));
    expect(jsonBody(await unlock(world, { token, preimage }))).toMatchObject({ status: 409 });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("unlocks once of 200 at once", async () => {
    const world = createWorld();
    const { token, preimage } = await buyL402(world, TARGET);
    const decisions = await Promise.all(
      Array.from({ length: 200 }, () => unlock(world, { token, preimage })),
    );
    const statuses = decisions.map((decision) => (decision.kind === "refused" ? decision.head.status : 0));
    const cookies = decisions.flatMap((decision) => headerOf(decision, "set-cookie")?.split(";")[0] ?? []);
    expect(new Set(statuses)).toEqual(new Set([204, 409]));
    expect(new Set(cookies).size).toBe(1);
    expect(world.store.receipts()).toHaveLength(1);
  });
});

describe("the unlock resource", () => {
  it("refuses other methods, other types, long bodies and odd tokens", async () => {
    const world = createWorld();
    const token = "AgEC";
    expect(jsonBody(await world.get("/p/demo/.unlock"))).toMatchObject({ status: 405 });
    expect(jsonBody(await post(world, "x", "text/plain"))).toMatchObject({ status: 415 });
    expect(jsonBody(await post(world, "not json", "application/json"))).toMatchObject({ status: 400 });
    expect(jsonBody(await unlock(world, {}))).toMatchObject({ status: 400 });
    expect(jsonBody(await unlock(world, { token, preimage: "zz" }))).toMatchObject({ status: 400 });
    expect(jsonBody(await unlock(world, { token, preimage: "ab".repeat(32) }))).toMatchObject({
      status: 402,
      code: "malformed_credential",
    });
    expect(jsonBody(await world.get("/p/none/.unlock", [], { method: "POST" }))).toMatchObject({
      status: 404,
    });
  });

  it("takes no token of another endpoint", async () => {
    const other = makeEndpoint({ id: "ep_other", slug: "other" });
    const world = createWorld({}, makeEndpoint(), other);
    const { token, preimage } = await buyL402(world, "/p/other/v1/x");
    const refused = jsonBody(await unlock(world, { token, preimage }));
    expect(refused.status).toBe(402);
    expect(world.store.receipts()).toEqual([]);
  });
});

it("a slug that now belongs to somebody else, or to LIVE, takes no old token", async () => {
  const world = createWorld();
  const live: Rail = { ...world.rail, id: "lightning", mode: "live" };
  const { token, preimage, headers } = await buyL402(world, TARGET);
  const changes = [{ id: "ep_new" }, { mode: "live", rails: ["lightning"] }] as const;
  for (const change of changes) {
    const later = createWorld({ rails: [world.rail, live] }, makeEndpoint(change));
    expect(jsonBody(await unlock(later, { token, preimage }))).toMatchObject({
      status: 402,
      code: "wrong_resource",
    });
    const presented = await later.get(TARGET, headers);
    expect(presented.kind).toBe("refused");
    expect(later.store.receipts()).toEqual([]);
  }
  const noTestRail = createWorld({ rails: [live] });
  const refused = jsonBody(await unlock(noTestRail, { token, preimage }));
  expect(refused).toMatchObject({ status: 402, code: "verification_failed" });
});

describe("the status resource", () => {
  it("says awaiting, paid and expired, of its own endpoint only", async () => {
    const world = createWorld({}, makeEndpoint(), makeEndpoint({ id: "ep_other", slug: "other" }));
    const bought = await buyL402(world, TARGET);
    const state = async (hash: string, slug = "demo") =>
      jsonBody(await world.get(`/p/${slug}/.status?payment_hash=${hash}`)).state;
    expect(await state("ab".repeat(32))).toBe("awaiting");
    const paymentHash = await savePaid(world, bought);
    expect(await state(paymentHash)).toBe("paid");
    expect(await state(paymentHash, "other")).toBe("awaiting");
    const invoice = await world.store.findInvoice(paymentHash);
    if (invoice === undefined) throw new Error("no invoice");
    await world.store.saveInvoice({ ...invoice, paymentHash: "cd".repeat(32), paid: null });
    world.now += 600_000;
    expect(await state("cd".repeat(32))).toBe("expired");
  });

  it("refuses other questions", async () => {
    const world = createWorld();
    expect(jsonBody(await world.get("/p/demo/.status"))).toMatchObject({ status: 400 });
    expect(jsonBody(await world.get("/p/demo/.status", [], { method: "POST" }))).toMatchObject({
      status: 405,
    });
  });
});

describe("an access token", () => {
  const entitlement = {
    id: "ent_1",
    kind: "pass",
    mode: "test",
    endpointId: "ep_demo",
    scope: "*",
    expiresAt: 1_800_000_900,
  } as const;

  it("opens its endpoint as a bearer too, without the store", async () => {
    const world = createWorld();
    const decision = world.paywall.authorize({
      method: "GET",
      target: TARGET,
      headers: [["Authorization", `Bearer ${formatAccessToken(entitlement, keys)}`]],
      host: "",
      remoteAddress: "",
    });
    if (decision instanceof Promise) throw new Error("an access grant must not wait");
    await serve(granted(decision));
  });

  it.each([
    ["another endpoint", { endpointId: "ep_other" }],
    ["another mode", { mode: "live" as const }],
    ["another resource", { scope: "x".repeat(43) }],
    ["the past", { expiresAt: 1_700_000_000 }],
  ])("for %s opens nothing", async (_, change) => {
    const token = formatAccessToken({ ...entitlement, ...change }, keys);
    const refused = await createWorld().get(TARGET, [["Cookie", `${accessCookieName("*")}=${token}`]]);
    expect(jsonBody(refused)).toMatchObject({ status: 402, code: "payment_required" });
  });

  it("charges nobody and still hides the upstream's 402 and 500", async () => {
    const world = createWorld();
    const headers = [["Cookie", `${accessCookieName("*")}=${formatAccessToken(entitlement, keys)}`]] as const;
    const grant = granted(await world.get(TARGET, headers));
    await expect(grant.commit({ status: 402, headers: [] })).rejects.toMatchObject({ code: "upstream_402" });
    expect((await grant.fail(new Error("x"))).head.status).toBe(502);
    const head = await serve(granted(await world.get(TARGET, headers)));
    expect(findHeader(head.headers, "cache-control")).toBe("private, no-store");
  });
});

it("x402 needs no page: the header alone pays from a browser too", async () => {
  const world = createWorld();
  await serve(granted(await world.get(TARGET, [...(await buyX402(world, TARGET)), BROWSER])));
});
