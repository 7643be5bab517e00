/** A configuration that cannot work is the same one error in each adapter, at its start. */
import * as onExpress from "@x402-paywall/express";
import * as onFastify from "@x402-paywall/fastify";
import * as onNext from "@x402-paywall/nextjs";
import * as onWorkers from "@x402-paywall/workers";
import { PaywallConfigError, type PaywallConfig } from "@x402-paywall/proxy/embed";
import fastify from "fastify";
import type { NextRequest } from "next/server.js";
import { describe, expect, it } from "vitest";

const good = { secret: "bad-config-secret-0123456789abcdef", url: "http://localhost:3000" };
const bad: readonly [field: string, config: object][] = [
  ["secret", { secret: undefined }],
  ["secret", { secret: "short" }],
  ["url", { url: "localhost" }],
  ['routes["GET /x"]', { routes: { "GET /x": undefined } }],
  ['routes["GET /x"]', { routes: { "GET /x": "1 EUR" } }],
  ['routes["GET /x"]', { routes: { "GET /x": "$-1" } }],
  ['routes["GET /x"]', { routes: { "GET /x": "$0.0000001" } }],
  ['routes["get /X"]', { routes: { "GET /x": "$1", "get /X": "$2" } }],
  ["rails", { rails: [] }],
  ["route", { route: { "GET /x": "$1" } }],
];

/** What becomes of a start with this configuration: resolves, or rejects. */
const starts: Readonly<Record<string, (config: PaywallConfig) => Promise<unknown>>> = {
  Express: async (config) => onExpress.createPaywall(config),
  Fastify: async (config) => fastify().register(onFastify.paywall, config),
  Workers: (config) =>
    onWorkers
      .withPaywall({ fetch: () => new Response("x") }, () => config)
      .fetch(new Request(good.url), {}, { waitUntil: () => undefined }),
  "Next, with its first request": async (config) => {
    const { withPaywall } = onNext.createPaywall(config);
    return withPaywall(() => new Response("x"), "$0")(new Request(good.url) as NextRequest, {});
  },
};

describe.each(Object.entries(starts))("%s", (_, start) => {
  it.each(bad)("names %s and the fix in %j", async (field, config) => {
    const error: unknown = await start({ ...good, ...config }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PaywallConfigError);
    expect(error).toMatchObject({ name: "PaywallConfigError", field });
  });

  it("starts with what is right", async () => {
    await expect(start({ ...good, routes: { "GET /x": "$1" } })).resolves.toBeDefined();
  });
});

describe("a price that stands at its route", () => {
  const wrong = ["1 EUR", "$-1", "0.01", undefined] as unknown as "$1"[];

  it("is refused by Express where it is written", () => {
    const paywall = onExpress.createPaywall(good);
    for (const price of wrong) {
      expect(() => paywall.charge(price)).toThrow(PaywallConfigError);
      expect(() => paywall.gateway("https://example.com", price)).toThrow(PaywallConfigError);
    }
    expect(() => paywall.gateway("example.com", "$1")).toThrow(PaywallConfigError);
  });

  it("is refused by Fastify where it is written", async () => {
    const app = fastify();
    await app.register(onFastify.paywall, good);
    for (const price of wrong)
      expect(() => app.get("/x", { config: { price } }, () => ({}))).toThrow(PaywallConfigError);
    const gateways = { "/api": { upstream: "https://example.com", price: "1 EUR" as "$1" } };
    await expect(async () => fastify().register(onFastify.paywall, { ...good, gateways })).rejects.toThrow(
      PaywallConfigError,
    );
  });

  it("is refused by Next when the route's module is imported", () => {
    const { withPaywall, gateway } = onNext.createPaywall({ secret: undefined, url: "" });
    for (const price of ["1 EUR", "$-1", "0.01"] as unknown as "$1"[]) {
      expect(() => withPaywall(() => new Response("x"), price)).toThrow(PaywallConfigError);
      expect(() => gateway("https://example.com", price, "/api")).toThrow(PaywallConfigError);
    }
  });

  it("is missed by Next with the first request for it: nothing is given away", () => {
    const { withPaywall } = onNext.createPaywall(good);
    const handler = withPaywall(() => new Response("x"));
    expect(() => handler(new Request(`${good.url}/x`) as NextRequest, {})).toThrow(
      /^routes: There is no price for GET \/x\./,
    );
  });
});
