import { expect, it } from "vitest";
import {
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
} from "../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x";
const stateless = (changes = {}) => makeEndpoint({ wires: ["x402"], ...changes });
const offer = async (
  world: World,
  target = TARGET,
  headers: readonly (readonly [string, string])[] = [],
  method = "GET",
) => headerOf(await world.get(target, headers, { method }), "payment-required");

it("answers the same request of the same second with the same challenge, and others with others", async () => {
  const world = createWorld({}, stateless());
  const first = await offer(world);
  expect(await offer(world)).toBe(first);
  const others = [
    await offer(world, `${TARGET}?y=1`),
    await offer(world, "/p/demo/v1/y"),
    await offer(world, TARGET, [], "POST"),
    await offer(world, TARGET, [["Accept-Payment", "lightning/charge"]]),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
  world.now += 1_000;
  expect(await offer(world)).not.toBe(first);
});

it("is not used after a change of the endpoint", async () => {
  const world = createWorld({}, stateless());
  await offer(world);
  world.endpoints.set(
    "demo",
    stateless({ version: 2, defaultPrice: { model: "per-request", amount: 77_000n, version: 2 } }),
  );
  expect(jsonBody(await world.get(TARGET))).toMatchObject({ price: { amount: "77000" } });
});

it("serves each of those who paid one and the same quote, once", async () => {
  const world = createWorld({}, stateless());
  const credentials = [
    await buyX402(world, TARGET),
    await buyX402(world, TARGET),
    await buyX402(world, TARGET),
  ];
  for (const credential of credentials) await serve(granted(await world.get(TARGET, credential)));
  for (const credential of credentials) {
    expect(jsonBody(await world.get(TARGET, credential))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
    });
  }
  expect(world.store.receipts()).toHaveLength(3);
});

it("never hands one invoice to two payers", async () => {
  const world = createWorld();
  const invoice = async () => headerOf(await world.get(TARGET), "www-authenticate");
  expect(await invoice()).not.toBe(await invoice());
});

it("keeps refusals apart: a bad credential gets its own words", async () => {
  const world = createWorld({}, stateless());
  await offer(world);
  const elsewhere = await buyX402(world, "/p/demo/v1/other");
  expect(jsonBody(await world.get(TARGET, elsewhere))).toMatchObject({ status: 402, code: "wrong_resource" });
  expect(jsonBody(await world.get(TARGET))).toMatchObject({ code: "payment_required" });
});

it("has a page for people and a bound body for nobody but its sender", async () => {
  const page = () => ({ html: "<p>pay</p>", csp: "default-src 'none'" });
  const world = createWorld({ page }, stateless());
  await offer(world);
  expect(headerOf(await world.get(TARGET, [["Accept", "text/html"]]), "content-type")).toContain("text/html");
  expect(headerOf(await world.get(TARGET), "content-type")).toContain("problem+json");
  const bound = createWorld({}, stateless({ binding: { query: true, body: true } }));
  const send = (text: string) =>
    bound.get(TARGET, [], {
      method: "POST",
      readBody: () => Promise.resolve(new TextEncoder().encode(text)),
    });
  expect(headerOf(await send("a"), "payment-required")).not.toBe(
    headerOf(await send("b"), "payment-required"),
  );
});
