import { findHeader, type HeaderList, PAYMENT_IDENTIFIER, parsePaymentRequired } from "@x402-paywall/core";
import { appendPaymentIdentifierToExtensions } from "@x402/extensions/payment-identifier";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { DAY, delta, FakeTransport, perToken, priced, report } from "../test/draws.ts";
import {
  buyL402,
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
  type X402Changes,
} from "../test/engine-fixtures.ts";
import { MAX_KEPT_BYTES } from "./recording-grant.ts";
import { createMemoryStore } from "./stores/memory.ts";

const TARGET = "/p/demo/v1/x";
const ID = "pay_7d5d747be160e280504c099d984bcfe0";
const OK = { status: 200, headers: [["Content-Type", "text/plain"]] } as const;

/** Signs a new payment under an identifier, as the official client writes it. */
async function buy(
  world: World,
  id: unknown = ID,
  changes: X402Changes = {},
  target = TARGET,
): Promise<HeaderList> {
  const required = parsePaymentRequired(headerOf(await world.get(target), "payment-required") ?? "");
  const declared = structuredClone(required?.extensions ?? {});
  const extensions =
    typeof id === "string" && id.length >= 16
      ? appendPaymentIdentifierToExtensions(declared, id)
      : { [PAYMENT_IDENTIFIER]: { info: { required: false, id } } };
  return buyX402(world, target, { ...changes, extensions: JSON.parse(JSON.stringify(extensions)) }, {});
}

async function deliver(
  world: World,
  headers: HeaderList,
  body = "hello",
  target = TARGET,
): Promise<HeaderList> {
  const transport = new FakeTransport(granted(await world.get(target, headers)));
  const answered = await transport.begin(OK);
  transport.push(new TextEncoder().encode(body));
  await transport.end();
  return answered;
}

async function replayed(world: World, headers: HeaderList, target = TARGET): Promise<string> {
  const decision = await world.get(target, headers);
  if (decision.kind !== "refused") throw new Error("served by the upstream again");
  expect(decision.head.status).toBe(200);
  expect(findHeader(decision.head.headers, "idempotency-replayed")).toBe("true");
  return new TextDecoder().decode(decision.body);
}

describe("a payment with a payment-identifier", () => {
  it("is answered from what was stored when it comes again, and charged once", async () => {
    const world = createWorld();
    const paid = await buy(world);
    await deliver(world, paid);
    expect(await replayed(world, paid)).toBe("hello");
    expect(world.store.receipts()).toHaveLength(1);
    world.now += (DAY + 1) * 1000;
    expect(jsonBody(await world.get(TARGET, paid))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
    });
  });

  it("is kept up to 1 MiB; what is longer, a stream too, is 409 with its receipt", async () => {
    const world = createWorld();
    const whole = "x".repeat(MAX_KEPT_BYTES);
    const paid = await buy(world);
    await deliver(world, paid, whole);
    expect((await replayed(world, paid)).length).toBe(MAX_KEPT_BYTES);
    const longer = await buy(world, `${ID}_longer`);
    const stream = new FakeTransport(granted(await world.get(TARGET, longer)));
    await stream.begin();
    for (let at = 0; at <= MAX_KEPT_BYTES; at += 65_536)
      stream.push(new TextEncoder().encode("x".repeat(65_536)));
    await stream.end();
    expect(jsonBody(await world.get(TARGET, longer))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
      receipt: world.store.receipts()[1]?.id,
    });
  });

  it("is refused with 409 where another payment has the identifier, and not charged", async () => {
    const world = createWorld();
    const first = await buy(world);
    await deliver(world, first);
    const second = await buy(world);
    for (let times = 0; times < 2; times++) {
      expect(jsonBody(await world.get(TARGET, second))).toMatchObject({
        status: 409,
        code: "idempotency_mismatch",
      });
    }
    expect(world.store.receipts()).toHaveLength(1);
    expect(await replayed(world, first)).toBe("hello");
    world.now += 1000;
    expect(await deliver(world, await buy(world, `${ID}_other`))).toBeDefined();
    expect(world.store.receipts()).toHaveLength(2);
  });

  it("is served once of two at the same time, whether they are one payment or two", async () => {
    const world = createWorld();
    const one = await buy(world);
    const two = await buy(world);
    const decisions = await Promise.all([one, one, two, two].map((headers) => world.get(TARGET, headers)));
    const served = decisions.filter((decision) => decision.kind === "granted");
    expect(served).toHaveLength(1);
    const refused = decisions.filter((decision) => decision.kind === "refused").map(jsonBody);
    expect(new Set(refused.map(({ code }) => code))).toEqual(
      new Set(["in_progress", "idempotency_mismatch"]),
    );
    for (const { status } of refused) expect(status).toBe(409);
    for (const decision of served) await serve(granted(decision));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("has the identifier for itself at this endpoint alone, and from this payer alone", async () => {
    const world = createWorld({}, makeEndpoint(), makeEndpoint({ id: "ep_other", slug: "other" }));
    await deliver(world, await buy(world), "secret of the first payer");
    const elsewhere = "/p/other/v1/x";
    await deliver(world, await buy(world, ID, {}, elsewhere), "elsewhere", elsewhere);
    const stranger = { ...world, account: privateKeyToAccount(`0x${"5e".repeat(32)}`) };
    const theirs = await buy(stranger);
    await deliver(world, theirs, "theirs");
    expect(await replayed(world, theirs)).toBe("theirs");
    expect(world.store.receipts()).toHaveLength(3);
  });

  it("leaves the identifier to another payment where it was never claimed", async () => {
    const world = createWorld();
    const unpaid = await buy(world, ID, { value: 1n });
    expect(jsonBody(await world.get(TARGET, unpaid))).toMatchObject({ code: "payment_insufficient" });
    await deliver(world, await buy(world));
  });

  it("stays good after a failure of the upstream", async () => {
    const world = createWorld();
    const paid = await buy(world);
    const grant = granted(await world.get(TARGET, paid));
    const failure: unknown = await grant
      .commit({ status: 503, headers: [] })
      .catch((error: unknown) => error);
    await grant.fail(failure);
    expect(world.store.receipts()).toEqual([]);
    await deliver(world, paid);
    expect(await replayed(world, paid)).toBe("hello");
  });

  it("is given back where the store fails", async () => {
    const store = createMemoryStore(() => 1_800_000_000_000);
    let down = true;
    const flaky = {
      ...store,
      saveAnswer: (answer: Parameters<typeof store.saveAnswer>[0]) =>
        down ? Promise.reject(new Error("down")) : store.saveAnswer(answer),
    };
    const world = createWorld({ store: flaky });
    const paid = await buy(world);
    expect(jsonBody(await world.get(TARGET, paid))).toMatchObject({ status: 503, code: "store_unavailable" });
    down = false;
    await deliver(world, paid);
    expect(store.receipts()).toHaveLength(1);
  });

  it.each([
    ["short", "x".repeat(15)],
    ["a number", 7],
    ["null", null],
  ])("is 400 where the identifier is %s, and names the field", async (_, id) => {
    const world = createWorld();
    expect(jsonBody(await world.get(TARGET, await buy(world, id)))).toMatchObject({
      status: 400,
      errors: [{ field: "extensions.payment-identifier.info.id" }],
    });
  });
});

describe("a payment-identifier beside an Idempotency-Key", () => {
  it.each([ID, `"${ID}"`])("is one key where they are equal: %s", async (key) => {
    const world = createWorld();
    const paid = await buy(world);
    await deliver(world, [...paid, ["Idempotency-Key", key]]);
    expect(await replayed(world, paid)).toBe("hello");
    expect(await replayed(world, [...paid, ["Idempotency-Key", key]])).toBe("hello");
  });

  it("is 400 where they differ, and nothing is claimed", async () => {
    const world = createWorld();
    const paid = await buy(world);
    expect(jsonBody(await world.get(TARGET, [...paid, ["Idempotency-Key", "another"]]))).toMatchObject({
      status: 400,
      errors: [{ field: "Idempotency-Key" }],
    });
    await deliver(world, paid);
  });

  it("does nothing for who pays otherwise", async () => {
    const world = createWorld();
    await deliver(world, await buy(world));
    await deliver(world, [...(await buyL402(world, TARGET)).headers, ["Idempotency-Key", ID]]);
    expect(world.store.receipts()).toHaveLength(2);
  });
});

describe("a payment-identifier of what buys more than one request", () => {
  const bundle = () =>
    createWorld({}, priced({ model: "bundle", amount: 1_000n, uses: 3, validSeconds: DAY }));

  it("draws once, and belongs to one payment", async () => {
    const world = bundle();
    const paid = await buy(world);
    const token = findHeader(await deliver(world, paid), "paywall-access-token") ?? "";
    for (let times = 0; times < 3; times++) expect(await replayed(world, paid)).toBe("hello");
    const info = jsonBody(await world.get("/p/demo/.info", [["Authorization", `Bearer ${token}`]]));
    expect(info).toMatchObject({ usesLeft: 2 });
    expect(jsonBody(await world.get("/p/demo/v1/other", paid))).toMatchObject({
      status: 409,
      code: "idempotency_mismatch",
    });
    expect(jsonBody(await world.get(TARGET, await buy(world)))).toMatchObject({
      status: 409,
      code: "idempotency_mismatch",
    });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("is refused before anything is claimed where it is none", async () => {
    const world = bundle();
    const paid = await buy(world);
    expect(jsonBody(await world.get(TARGET, [...paid, ["Idempotency-Key", "another"]])).status).toBe(400);
    await deliver(world, paid);
  });

  it("keeps the first answer that a deposit paid", async () => {
    const world = createWorld({}, priced(perToken()));
    const paid = await buy(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, paid)));
    await transport.begin();
    transport.push(delta(" word"));
    transport.push(report(1));
    await transport.end();
    expect(await replayed(world, paid)).toBe(transport.sent);
  });
});
