import { findHeader, parsePaymentRequired } from "@x402-paywall/core";
import { validateDiscoveryExtension } from "@x402/extensions/bazaar";
import type { DiscoveryExtension } from "@x402/extensions/bazaar";
import { describe, expect, it } from "vitest";
import { DAY, priced } from "../test/draws.ts";
import { buyL402, createWorld, headerOf, jsonBody, makeEndpoint } from "../test/engine-fixtures.ts";
import { describeEndpoint } from "./describe-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";

const TARGET = "/p/demo/v1/x";
const sample = { contentType: "application/json; charset=utf-8", body: '{"answer":42}' };

async function ask(endpoint: Endpoint, method = "GET") {
  const decision = await createWorld({}, endpoint).get(TARGET, [], { method });
  const required = parsePaymentRequired(headerOf(decision, "payment-required") ?? "");
  if (required === undefined || decision.kind !== "refused") throw new Error("no challenge");
  const size = decision.head.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return { required, size, body: method === "HEAD" ? {} : jsonBody(decision) };
}

describe("the 402 of an endpoint", () => {
  it.each(["GET", "HEAD", "POST", "DELETE"])("describes it to discovery services: %s", async (method) => {
    const { required, body } = await ask(makeEndpoint({ sample }), method);
    const bazaar = required.extensions?.["bazaar"] as DiscoveryExtension | undefined;
    if (bazaar === undefined) throw new Error("no bazaar");
    expect(validateDiscoveryExtension(bazaar)).toEqual({ valid: true });
    expect(bazaar.info.input).toMatchObject({ type: "http", method: method === "HEAD" ? "GET" : method });
    expect(bazaar.info.output).toEqual({ type: "json", example: { answer: 42 } });
    expect(required.resource).toEqual({
      url: `http://127.0.0.1:4020${TARGET}`,
      description: "A thing worth a cent.",
      mimeType: "application/json",
      serviceName: "Demo API",
    });
    if (method !== "HEAD")
      expect(body).toMatchObject({ extensions: required.extensions, resource: required.resource });
  });

  it("follows the endpoint: another sample is another object", async () => {
    const world = createWorld({}, makeEndpoint({ sample }));
    await world.get(TARGET);
    world.endpoints.set("demo", makeEndpoint({ sample: { ...sample, body: "43" } }));
    expect(jsonBody(await world.get(TARGET))).toMatchObject({
      extensions: { bazaar: { info: { output: { example: 43 } } } },
    });
  });

  it("is made once for each method, of which callers cannot invent more", () => {
    const endpoint = makeEndpoint();
    expect(describeEndpoint(endpoint, "HEAD")).toBe(describeEndpoint(endpoint, "GET"));
    expect(describeEndpoint(endpoint, "POST")).not.toBe(describeEndpoint(endpoint, "GET"));
    expect(describeEndpoint(endpoint, "FOO")).toBe(describeEndpoint(endpoint, "BAR"));
  });

  it("takes the type from the sample, else from its kind, else says none", () => {
    const typeOf = (changes: Partial<Endpoint>) =>
      describeEndpoint(makeEndpoint(changes), "GET").words.mimeType;
    expect(typeOf({ sample: { contentType: "image/svg+xml", body: "<svg/>" } })).toBe("image/svg+xml");
    expect(typeOf({ kind: "stream", sample: { contentType: "?", body: "" } })).toBe("text/event-stream");
    expect(typeOf({ kind: "page" })).toBe("text/html");
    expect(typeOf({ kind: "openapi" })).toBe("application/json");
    expect(typeOf({ kind: "file" })).toBeUndefined();
  });

  it("stays below 8 kB of headers with the longest sample and words, which the body has", async () => {
    const long = { contentType: "application/json", body: JSON.stringify("ü".repeat(2000)) };
    const { required, size, body } = await ask(makeEndpoint({ sample: long, description: "ß".repeat(2000) }));
    expect(size).toBeLessThan(8000);
    expect(required.extensions).toHaveProperty("bazaar");
    expect(required.extensions).toHaveProperty("payment-identifier");
    expect(body).toMatchObject({
      extensions: { bazaar: { info: { output: { example: "ü".repeat(2000) } } } },
    });
  });

  it("advertises no identifier where it means nothing: other wires, other methods' discovery, a top-up", async () => {
    const lightning = jsonBody(await createWorld({}, makeEndpoint({ wires: ["l402"] })).get(TARGET));
    expect(lightning).not.toHaveProperty("extensions");
    const { required } = await ask(makeEndpoint(), "OPTIONS");
    expect(Object.keys(required.extensions ?? {})).toEqual(["payment-identifier"]);
    const world = createWorld({}, priced({ model: "bundle", amount: 1_000n, uses: 3, validSeconds: DAY }));
    const { headers } = await buyL402(world, TARGET);
    const decision = await world.get(TARGET, headers);
    if (decision.kind !== "granted") throw new Error("not granted");
    const answered = await decision.grant.commit({ status: 200, headers: [] });
    await decision.grant.finish({ complete: true, bytes: 0 });
    const id = findHeader(answered.headers, "paywall-entitlement") ?? "";
    const topUp = jsonBody(await world.get(`/p/demo/.topup?entitlement=${id}`));
    expect(topUp).toMatchObject({ status: 402, x402Version: 2 });
    expect(topUp).not.toHaveProperty("extensions");
  });
});
