import { expect, it } from "vitest";
import { nodePlatform } from "../node/embed/node-paywall.ts";
import { createSandboxRail, sandbox } from "../rails/sandbox/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { PaywallConfigError } from "./config-error.ts";
import type { PaywallConfig, RailInput } from "./config.ts";
import { resolveConfig } from "./config.ts";
import { createEmbeddedPaywall } from "./embedded-paywall.ts";
import { computed, metered, pass } from "./price-builders.ts";

const secret = "config-test-secret-0123456789abcd";
const good = { secret, url: "http://localhost:3000" };
const open = (config: object) => createEmbeddedPaywall({ ...good, ...config }, nodePlatform, sandbox());
const live: RailInput = (context) => ({ ...createSandboxRail(context), mode: "live" });
const lightning: RailInput = (context) => ({ ...createSandboxRail(context), mode: "live", id: "lightning" });

/** What each field must not be, the field that the error names, and a word of its fix. */
const bad: readonly [name: string, config: object, field: string, fix: string][] = [
  ["a missing secret", { secret: undefined }, "secret", "openssl rand -hex 32"],
  ["an empty secret", { secret: "" }, "secret", "openssl rand -hex 32"],
  ["no secret in the list", { secret: [] }, "secret", "openssl rand -hex 32"],
  ["a missing old secret", { secret: [secret, undefined] }, "secret", "openssl rand -hex 32"],
  ["a short secret", { secret: "0123456789" }, "secret", "at least 32"],
  ["a short old secret", { secret: [secret, "0123456789"] }, "secret", "at least 32"],
  ["a number as secret", { secret: 1e40 }, "secret", "at least 32"],
  ["a missing url", { url: undefined }, "url", "https://api.example.com"],
  ["a url without scheme", { url: "localhost:3000" }, "url", "https://api.example.com"],
  ["a url of another scheme", { url: "ftp://example.com" }, "url", "https://api.example.com"],
  ["a url with a path", { url: "https://example.com/app" }, "url", "https://api.example.com"],
  ["a url with a user", { url: "https://:word@example.com" }, "url", "https://api.example.com"],
  ["a route without a price", { routes: { "GET /x": undefined } }, 'routes["GET /x"]', '"$0.01"'],
  [
    "a route of no price",
    { routes: { "GET /x": null } },
    'routes["GET /x"]',
    '"$0" for a route that is free',
  ],
  ["an empty price", { routes: { "GET /x": "" } }, 'routes["GET /x"]', '"$0.01"'],
  ["another currency", { routes: { "GET /x": "1 EUR" } }, 'routes["GET /x"]', "prices are in dollars"],
  ["another currency's sign", { routes: { "GET /x": "€1" } }, 'routes["GET /x"]', "prices are in dollars"],
  ["no currency", { routes: { "GET /x": "0.01" } }, 'routes["GET /x"]', "prices are in dollars"],
  ["a number as price", { routes: { "GET /x": 0.01 } }, 'routes["GET /x"]', "prices are in dollars"],
  ["a negative price", { routes: { "GET /x": "$-1" } }, 'routes["GET /x"]', "at least $0"],
  ["a negative price, written apart", { routes: { "GET /x": "-$1" } }, 'routes["GET /x"]', "at least $0"],
  ["a part of a unit", { routes: { "GET /x": "$0.0000001" } }, 'routes["GET /x"]', "six decimals"],
  ["an exponent", { routes: { "GET /x": "$1e-2" } }, 'routes["GET /x"]', "without separators"],
  ["a price above all measure", { routes: { "GET /x": "$1000000001" } }, 'routes["GET /x"]', "smaller"],
  ["an unknown model", { routes: { "GET /x": { model: "gift" } } }, 'routes["GET /x"]', "model"],
  ["a model cut short", { routes: { "GET /x": { model: "metered" } } }, 'routes["GET /x"]', "metered()"],
  [
    "a model with a negative amount",
    { routes: { "GET /x": { model: "per-request", amount: -1n } } },
    'routes["GET /x"].amount',
    "µUSD",
  ],
  [
    "an expression that is none",
    { routes: { "GET /x": computed("body.model ==", { maximum: "$1" }) } },
    'routes["GET /x"].expression',
    "a value is expected",
  ],
  [
    "two rules that match alike",
    { routes: { "GET /x/:a": "$1", "get /X/:b/": "$2" } },
    'routes["get /X/:b/"]',
    "Remove one",
  ],
  ["a key that is no route", { routes: { weather: "$1" } }, 'routes["weather"]', '"GET /path"'],
  ["routes in a Map", { routes: new Map([["/x", "$1"]]) }, "routes", '"GET /weather"'],
  ["routes in a list", { routes: ["/x"] }, "routes", '"GET /weather"'],
  ["routes, misspelled", { route: { "/x": "$1" } }, "route", "routes"],
  ["no rails", { rails: [] }, "rails", "Leave `rails` out"],
  ["a rail without a list", { rails: sandbox() }, "rails", "rails: [sandbox()]"],
  ["a rail that is none", { rails: [sandbox(), {}] }, "rails[1]", "sandbox()"],
  ["the factory of a factory", { rails: [sandbox] }, "rails[0]", "list what it returns"],
  ["a rail that is not there yet", { rails: [async () => ({})] }, "rails[0]", "sandbox()"],
  ["TEST and LIVE rails", { rails: [sandbox(), live] }, "rails", "in one mode"],
  ["LIVE in memory", { rails: [live] }, "store", "Postgres"],
  [
    "LIVE Lightning without a rate",
    { rails: [lightning], store: createMemoryStore(Date.now) },
    "rates",
    "createRateSource",
  ],
  ["a store that cannot claim", { store: { atomic: false } }, "store", "D1"],
  ["no wires", { wires: [] }, "wires", "x402, l402, mpp"],
  ["an unknown wire", { wires: ["x403"] }, "wires", "x402, l402, mpp"],
  ["a wire without a list", { wires: "x402" }, "wires", 'wires: ["x402", "l402"]'],
  ["a name with a space", { name: "my app" }, "name", "lower-case"],
  ["quotes that never live", { quoteSeconds: 0 }, "quoteSeconds", "whole number"],
  ["quotes of no number", { quoteSeconds: Number.NaN }, "quoteSeconds", "whole number"],
];

it.each(bad)("%s is one error that names field and fix", (_, config, field, fix) => {
  let error: unknown;
  try {
    open(config);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof PaywallConfigError)) throw new Error(`Not refused, or otherwise: ${String(error)}`);
  expect([error.name, error.field]).toEqual(["PaywallConfigError", field]);
  expect(error.message.startsWith(`${field}: `)).toBe(true);
  expect(error.message.endsWith(error.fix)).toBe(true);
  expect(error.fix).toContain(fix);
});

it("never shows a secret", () => {
  expect(() => open({ secret: "hunter2" })).toThrow(/^(?!.*hunter2)/s);
});

it("refuses the price of a route, and the upstream of a gateway, where they are set", () => {
  const paywall = open({});
  expect(() => paywall.charge("1 EUR" as "$1")).toThrow(/^price: "1 EUR" is not an amount of US dollars/);
  expect(() => paywall.charge("$-1", "config.price of /x")).toThrow(
    /^config\.price of \/x: "\$-1" is negative/,
  );
  expect(() => paywall.gateway("https://example.com", undefined as unknown as "$1")).toThrow(
    /^price: A route without/,
  );
  for (const upstream of ["", "example.com", "ftp://example.com", "https://u:p@example.com"])
    expect(() => paywall.gateway(upstream, "$1")).toThrow(/^gateway: .* is no http\(s\) URL/);
});

it("needs no more than a secret and a url", () => {
  const resolved = resolveConfig(good, nodePlatform, sandbox());
  expect(resolved).toMatchObject({
    url: "http://localhost:3000",
    name: "app",
    mode: "test",
    wires: ["x402", "l402", "mpp"],
    routes: {},
  });
  expect(resolved.rails.map(({ id }) => id)).toEqual(["sandbox"]);
  expect(resolved.store.atomic).toBe(true);
});

it("takes all that it knows", () => {
  const routes = {
    "/a": "$0",
    "POST /b": metered({ unit: "$1", deposit: "$5" }),
    "/c/*": pass("$5", { hours: 24 }),
  };
  const config = {
    secret: [secret, `${secret}-old`],
    url: "https://example.com/",
    name: "shop-2",
    quoteSeconds: 60,
  };
  expect(resolveConfig({ ...config, routes } as PaywallConfig, nodePlatform, sandbox())).toMatchObject({
    url: "https://example.com",
    name: "shop-2",
    routes,
  });
  const store = createMemoryStore(Date.now);
  const rates = { get: () => undefined };
  const onLive = { ...good, rails: [lightning], store, rates } as PaywallConfig;
  expect(resolveConfig(onLive, nodePlatform, sandbox())).toMatchObject({ mode: "live", rates });
  // Who sells for dollars alone needs no rate, and gets no made-up one.
  const forDollars = { ...good, rails: [live], store } as PaywallConfig;
  const resolved = resolveConfig(forDollars, nodePlatform, sandbox());
  expect(resolved.rates.get("live")).toBeUndefined();
  expect(resolved.rates.get("test")).toEqual({ msatPerUsd: 1_000_000n, asOf: 0 });
});
