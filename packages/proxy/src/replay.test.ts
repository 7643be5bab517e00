import { findHeader } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { bearer, DAY, delta, FakeTransport, perToken, priced, report } from "../test/draws.ts";
import { buyL402, buyX402, createWorld, granted, jsonBody, type World } from "../test/engine-fixtures.ts";
import { MAX_KEPT_BYTES } from "./recording-grant.ts";

const TARGET = "/p/demo/v1/x";
const KEY = ["Idempotency-Key", "order-1"] as const;
const OK = {
  status: 200,
  headers: [
    ["Content-Type", "text/plain"],
    ["Content-Length", "5"],
  ],
} as const;
const bytes = (text: string) => new TextEncoder().encode(text);

async function deliver(world: World, headers: Parameters<World["get"]>[1], body = "hello", target = TARGET) {
  const transport = new FakeTransport(granted(await world.get(target, headers)));
  const answered = await transport.begin(OK);
  transport.push(bytes(body));
  await transport.end();
  return answered;
}

describe("the same payer with the same Idempotency-Key", () => {
  it.each([
    ["L402", async (world: World) => (await buyL402(world, TARGET)).headers],
    ["x402", (world: World) => buyX402(world, TARGET)],
  ])(
    "gets the stored answer of a payment over %s; without the key, or with another, a refusal",
    async (_, buy) => {
      const world = createWorld();
      const paid = await buy(world);
      await deliver(world, [...paid, KEY]);
      const again = await world.get(TARGET, [...paid, KEY]);
      if (again.kind !== "refused") throw new Error("served by the upstream again");
      expect(again.head.status).toBe(200);
      expect(new TextDecoder().decode(again.body)).toBe("hello");
      expect(findHeader(again.head.headers, "idempotency-replayed")).toBe("true");
      expect(findHeader(again.head.headers, "content-length")).toBe("5");
      expect(findHeader(again.head.headers, "paywall-receipt")).toBe(world.store.receipts()[0]?.id);
      expect(jsonBody(await world.get(TARGET, paid))).toMatchObject({ code: "credential_redeemed" });
      expect(jsonBody(await world.get(TARGET, [...paid, ["Idempotency-Key", "order-2"]]))).toMatchObject({
        status: 409,
      });
    },
  );

  it("draws once on a bundle, and is told so where the key names another request", async () => {
    const world = createWorld({}, priced({ model: "bundle", amount: 1_000n, uses: 3, validSeconds: DAY }));
    const token = bearer(await deliver(world, (await buyL402(world, TARGET)).headers));
    await deliver(world, [...token, KEY]);
    for (let at = 0; at < 3; at++) expect((await world.get(TARGET, [...token, KEY])).kind).toBe("refused");
    expect(jsonBody(await world.get("/p/demo/.info", token))).toMatchObject({ usesLeft: 1 });
    expect(jsonBody(await world.get("/p/demo/v1/other", [...token, KEY]))).toMatchObject({
      status: 409,
      code: "idempotency_mismatch",
    });
  });

  it("keeps what a metered stream said, receipt included", async () => {
    const world = createWorld({}, priced(perToken()));
    const token = bearer(await deliver(world, (await buyL402(world, TARGET)).headers));
    const transport = new FakeTransport(granted(await world.get(TARGET, [...token, KEY])));
    await transport.begin();
    transport.push(delta(" word"));
    transport.push(report(1));
    await transport.end();
    const again = await world.get(TARGET, [...token, KEY]);
    if (again.kind !== "refused") throw new Error("served by the upstream again");
    expect(new TextDecoder().decode(again.body)).toBe(transport.sent);
    expect(transport.sent).toContain(": payment-receipt ");
  });

  it("finds nothing of an answer that broke off, failed, or was too large", async () => {
    const world = createWorld({}, priced({ model: "bundle", amount: 1_000n, uses: 9, validSeconds: DAY }));
    const token = bearer(await deliver(world, (await buyL402(world, TARGET)).headers));
    const broken = new FakeTransport(granted(await world.get(TARGET, [...token, KEY])));
    await broken.begin(OK);
    broken.push(bytes("hel"));
    await broken.leave();
    await deliver(world, [...token, KEY], "x".repeat(MAX_KEPT_BYTES + 1));
    expect((await world.get(TARGET, [...token, KEY])).kind).toBe("granted");
  });

  it("is forgotten after a day", async () => {
    const world = createWorld();
    const { headers } = await buyL402(world, TARGET);
    await deliver(world, [...headers, KEY]);
    world.now += (DAY + 1) * 1000;
    expect(jsonBody(await world.get(TARGET, [...headers, KEY]))).toMatchObject({ status: 409 });
  });

  it("is refused where it is no key", async () => {
    const world = createWorld();
    const { headers } = await buyL402(world, TARGET);
    expect(
      jsonBody(await world.get(TARGET, [...headers, ["Idempotency-Key", "k".repeat(256)]])),
    ).toMatchObject({
      status: 400,
      errors: [{ field: "Idempotency-Key" }],
    });
  });

  it("keeps no bearer token", async () => {
    const world = createWorld({}, priced({ model: "bundle", amount: 1_000n, uses: 3, validSeconds: DAY }));
    const { headers } = await buyL402(world, TARGET);
    expect(findHeader(await deliver(world, [...headers, KEY]), "paywall-access-token")).toMatch(/^pw_/);
    const again = await world.get(TARGET, [...headers, KEY]);
    if (again.kind !== "refused") throw new Error("served by the upstream again");
    expect(findHeader(again.head.headers, "paywall-access-token")).toBeUndefined();
  });
});
