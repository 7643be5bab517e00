import type { Price } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import type { RequestHead } from "../decision.ts";
import { nodeCrypto } from "../node/crypto.ts";
import { webCrypto } from "../web/platform.ts";
import { createChargedRoute } from "./charged-route.ts";
import { PaywallConfigError } from "./config-error.ts";
import { bundle, pass } from "./price-builders.ts";
import type { PricedRequest, PriceInput } from "./price-input.ts";

const make = (input: PriceInput, label = "GET /x", crypto = nodeCrypto) =>
  createChargedRoute(input, { field: 'routes["GET /x"]', label, crypto });

function head(target: string, body?: string): RequestHead {
  return {
    method: "POST",
    target,
    headers: [],
    host: "localhost",
    remoteAddress: "",
    ...(body === undefined ? {} : { readBody: async () => new TextEncoder().encode(body) }),
  };
}

describe("a price that does not depend on the request", () => {
  it("is there at once, and the same in every process and runtime", async () => {
    const route = make("$0.01");
    expect(route.fixed).toMatchObject({ methods: null, path: "GET /x", price: { amount: 10_000n } });
    expect(await route.price(head("/x"))).toEqual({ route: route.fixed });
    expect(make("$0.01", "GET /x", webCrypto).fixed).toEqual(route.fixed);
  });

  it("has another version when it changes, and the same id, so that what was bought stays good", () => {
    const [before, after] = [make(bundle("$1", { uses: 10 })).fixed, make(bundle("$2", { uses: 10 })).fixed];
    expect(after?.id).toBe(before?.id);
    expect(after?.price.version).not.toBe(before?.price.version);
    expect(make("$1", "GET /y").fixed?.id).not.toBe(make("$1", "GET /z").fixed?.id);
  });

  it("is good wherever exactly this is sold, where no router names the route", () => {
    const day = pass("$5", { hours: 24 });
    expect(make(day, "").fixed?.id).toBe(make(day, "").fixed?.id);
    expect(make(day, "").fixed?.id).not.toBe(make(pass("$5", { hours: 25 }), "").fixed?.id);
    expect(make(day, "").fixed?.id).not.toBe(make("$5", "").fixed?.id);
  });

  it("is refused at once where it is none", () => {
    expect(() => make("1 EUR" as "$1")).toThrow(PaywallConfigError);
  });
});

describe("a function", () => {
  it("sees method, path and query, and reads no body that it does not ask for", async () => {
    const seen: unknown[] = [];
    const route = make(({ method, path, query }) => {
      seen.push([method, path, query.getAll("a"), query.get("b")]);
      return "$0.05";
    });
    const request: RequestHead = {
      ...head("/x/y?a=1&a=2&b=3?4"),
      readBody: () => Promise.reject(new Error("The body was read")),
    };
    const priced = await route.price(request);
    expect(route.fixed).toBeUndefined();
    expect(seen).toEqual([["POST", "/x/y", ["1", "2"], "3?4"]]);
    expect(priced.route.price).toMatchObject({ model: "per-request", amount: 50_000n });
    expect([priced.basis, priced.body]).toEqual([undefined, undefined]);
  });

  it("binds the payment to the body that it looked at, which is read once", async () => {
    let reads = 0;
    const sizeOf = async ({ json }: PricedRequest) => JSON.stringify([await json(), await json()]).length;
    const route = make(async (request) => ((await sizeOf(request)) > 20 ? "$2" : "$1"));
    const send = (text: string) => {
      const { readBody, ...rest } = head("/x", text);
      return route.price({
        ...rest,
        readBody: (max) => (reads++, readBody?.(max) ?? Promise.reject(new Error())),
      });
    };
    const [one, other, again] = [await send('{"n":1}'), await send('{"n":12345}'), await send('{"n":1}')];
    expect(reads).toBe(3);
    expect([one.route.price, other.route.price]).toMatchObject([
      { amount: 1_000_000n },
      { amount: 2_000_000n },
    ]);
    expect(one.basis).toMatch(/^body:[A-Za-z0-9_-]{43}$/);
    expect([one.basis === other.basis, one.basis === again.basis]).toEqual([false, true]);
    expect(new TextDecoder().decode(one.body)).toBe('{"n":1}');
  });

  it.each([
    ["no JSON", "{"],
    ["no text", "\u0000"],
    ["nothing", ""],
  ])("is told nothing of a body that is %s, which is bound all the same", async (_, text) => {
    let seen: unknown = "not asked";
    const route = make(async ({ json }) => {
      seen = await json();
      return seen === undefined ? "$1" : "$2";
    });
    const priced = await route.price(head("/x", text));
    expect(seen).toBeUndefined();
    expect(priced.basis).toMatch(/^body:/);
  });

  it("may answer with any model, and with nothing else", async () => {
    const route = make(() => bundle("$1", { uses: 3 }));
    expect((await route.price(head("/x"))).route.price).toMatchObject({ model: "bundle", uses: 3 });
    for (const result of [undefined, "1 EUR", -1, { model: "gift" }] as unknown as Price[]) {
      const asked = async () => make(async () => result).price(head("/x"));
      await expect(asked()).rejects.toThrow(PaywallConfigError);
    }
  });

  it("fails as it fails: nothing is given away", async () => {
    const failing = async () =>
      make(() => {
        throw new Error("The price list is away");
      }).price(head("/x"));
    await expect(failing()).rejects.toThrow("The price list is away");
  });
});
