import type { HeaderList, Quote } from "@x402-paywall/core";
import { describe, expect, it, vi } from "vitest";
import { makeEndpoint, makeHead } from "../test/engine-fixtures.ts";
import { prefersHtml } from "./accept-header.ts";
import { decideCharge } from "./charge-policy.ts";
import { classifyClient } from "./client-kind.ts";
import { createEventRecorder } from "./events.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { matchRoute, upstreamTarget } from "./match.ts";
import { makeOffers } from "./offer.ts";
import type { Rail } from "./rail.ts";
import { answer, paidHeaders, setHeaders } from "./response.ts";
import { createOnce } from "./served-once.ts";
import type { RequestEvent } from "./store.ts";
import { parseTarget } from "./target.ts";

describe("who wants a page", () => {
  it.each([
    [undefined, false],
    ["*/*", false],
    ["application/json", false],
    ["text/html", true],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", true],
    ["application/json, text/html;q=0.9", false],
    ["application/json;q=0.5, text/html;q=0.9", true],
    ["text/html;q=0", false],
    ["text/html;q=0.000", false],
    ["text/html; q=0.8, application/problem+json", false],
    ["TEXT/HTML", true],
    ["text/html;q=nonsense", false],
    ["text/*", false],
  ])("Accept: %s", (accept, wanted) => {
    expect(prefersHtml(accept)).toBe(wanted);
  });

  it("takes linear time", () => {
    const started = performance.now();
    prefersHtml(`${"a/a;q=0,".repeat(10_000)}text/html`);
    prefersHtml(`text/html${";".repeat(50_000)}`);
    prefersHtml(`text/html${" ".repeat(50_000)};q=1`);
    expect(performance.now() - started).toBeLessThan(15);
  });
});

it.each([
  [
    [
      ["User-Agent", "Mozilla/5.0"],
      ["Accept", "text/html"],
    ],
    false,
    "person",
  ],
  [[["User-Agent", "Mozilla/5.0"]], false, "agent"],
  [[["User-Agent", "node"]], false, "agent"],
  [
    [
      ["User-Agent", "Mozilla/5.0 (compatible; AhrefsBot/7.0)"],
      ["Accept", "text/html"],
    ],
    false,
    "scanner",
  ],
  [[], false, "scanner"],
  [[], true, "agent"],
] as const)("classifies %j (credential: %s) as %s", (headers, hasCredential, kind) => {
  expect(classifyClient(headers, hasCredential)).toBe(kind);
});

describe("the charge", () => {
  it.each([200, 204, 206, 301, 304])("%i is what was paid for", (status) =>
    expect(decideCharge(status)).toBe("charge"),
  );
  it.each([400, 403, 404, 416, 429, 499])("%i is passed on", (status) =>
    expect(decideCharge(status)).toBe("pass"),
  );
  it.each([99, 101, 401, 402, 500, 599, 600, 999])("%i is the upstream's failure", (status) => {
    expect(() => decideCharge(status)).toThrow(expect.objectContaining({ status: 502 }));
  });
});

describe("the upstream's target", () => {
  const { upstream } = makeEndpoint();
  it.each([
    ["/base", "", "/p/demo", "/base"],
    ["/base", "", "/p/demo/", "/base/"],
    ["/base/", "", "/p/demo/x", "/base/x"],
    ["/", "", "/p/demo/x", "/x"],
    ["/", "", "/p/demo", "/"],
    ["/base", "k=1", "/p/demo/x?a=2", "/base/x?k=1&a=2"],
    ["/base", "", "/p/demo/%41?%zz", "/base/%41?%zz"],
  ])("%s?%s under %s is %s", (basePath, baseQuery, raw, expected) => {
    const target = parseTarget(raw);
    if (target === undefined) throw new Error("no target");
    expect(upstreamTarget(makeEndpoint({ upstream: { ...upstream, basePath, baseQuery } }), target)).toBe(
      expected,
    );
  });

  it("the first rule that matches prices a request", () => {
    const price = (amount: bigint) => ({ model: "per-request", amount, version: 1 }) as const;
    const endpoint = makeEndpoint({
      routes: [
        { id: "a", methods: ["GET"], path: "/v1/x", price: price(1n) },
        { id: "b", methods: null, path: "/v1/*", price: price(2n) },
        { id: "c", methods: null, path: "/", price: price(3n) },
      ],
    });
    const priced = (method: string, raw: string): bigint | undefined => {
      const target = parseTarget(raw);
      const matched = target && matchRoute(endpoint, method, target).price;
      return matched?.model === "per-request" ? matched.amount : undefined;
    };
    expect([
      priced("GET", "/p/demo/v1/x"),
      priced("PUT", "/p/demo/v1/x"),
      priced("GET", "/p/demo"),
      priced("GET", "/p/demo/y"),
    ]).toEqual([1n, 2n, 3n, 10_000n]);
  });
});

describe("headers", () => {
  it("replace by name and keep repeated lines of their own", () => {
    const list: HeaderList = [
      ["A", "1"],
      ["b", "2"],
      ["a", "3"],
    ];
    expect(
      setHeaders(list, [
        ["A", "x"],
        ["A", "y"],
      ]),
    ).toEqual([
      ["b", "2"],
      ["A", "x"],
      ["A", "y"],
    ]);
  });

  it("of a paid answer stay out of shared caches and join what the upstream varies by", () => {
    const headers = paidHeaders(
      [
        ["Cache-Control", "public"],
        ["Vary", "accept, Origin"],
        ["Link", "</a>"],
      ],
      [["Link", "</b>"]],
    );
    expect(headers).toContainEqual(["Cache-Control", "private, no-store"]);
    expect(headers).toContainEqual(["Vary", "accept, Authorization, PAYMENT-SIGNATURE, X-PAYMENT, Origin"]);
    expect(headers.filter(([name]) => name === "Link")).toHaveLength(2);
  });

  it("say the length of what HEAD leaves out", () => {
    const refused = answer(makeHead("/", [], { method: "HEAD" }), 402, [], "abc");
    expect(refused.head.headers).toContainEqual(["Content-Length", "3"]);
    expect(refused.body).toHaveLength(0);
  });
});

describe("events", () => {
  const event = (at: number): RequestEvent => ({
    at,
    workspaceId: "w",
    endpointId: "e",
    method: "GET",
    path: "/",
    status: 402,
    kind: "challenge",
    client: "agent",
    wire: null,
    receiptId: null,
    bytesOut: 0,
    durationMs: 1,
  });

  it("are written in batches, one at a time, and bounded while the store is away", async () => {
    vi.useFakeTimers();
    const batches: number[] = [];
    let fail = false;
    const errors: number[] = [];
    const recorder = createEventRecorder({
      store: {
        recordEvents: async (events) => {
          if (fail) throw new Error("down");
          batches.push(events.length);
        },
      },
      onError: (_, lost) => errors.push(lost),
    });
    for (let at = 0; at < 499; at++) recorder.record(event(at));
    await vi.advanceTimersByTimeAsync(499);
    expect(batches).toEqual([]);
    recorder.record(event(499));
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([500]);
    recorder.record(event(500));
    await vi.advanceTimersByTimeAsync(500);
    expect(batches).toEqual([500, 1]);
    fail = true;
    recorder.record(event(501));
    await recorder.flush();
    expect(errors).toEqual([1]);
    fail = false;
    recorder.record(event(502));
    await recorder.flush();
    expect(batches).toEqual([500, 1, 1]);
    vi.useRealTimers();
  });

  it("drop the oldest when nothing is taken", async () => {
    let release: () => void = () => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: number[] = [];
    const recorder = createEventRecorder({
      store: {
        recordEvents: async (events) => {
          await stuck;
          seen.push(...events.map(({ at }) => at));
        },
      },
      onError: () => {},
    });
    for (let at = 0; at < 30_000; at++) recorder.record(event(at));
    release();
    await recorder.flush();
    expect(seen.length).toBeLessThanOrEqual(10_500);
    expect(seen.at(-1)).toBe(29_999);
  });
});

it("leases are prolonged until the answer is over, and a lost one is reported once", async () => {
  vi.useFakeTimers();
  const renew = vi.fn(async () => false);
  const logged: string[] = [];
  const keeper = createLeaseKeeper({ leaseMs: 30_000, log: ({ event }) => logged.push(event) });
  const stop = keeper.hold("k", renew);
  renew.mockResolvedValueOnce(true);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(renew).toHaveBeenCalledTimes(2);
  expect(logged).toEqual(["lease_lost"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(renew).toHaveBeenCalledTimes(2);
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it("once is once, and bounded", () => {
  const once = createOnce(2);
  expect([once.first("a"), once.first("a"), once.first("b"), once.first("c"), once.first("a")]).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});

it("offers wait for no rail that is slow, and for none at all where all are quick", async () => {
  const quote: Quote = {
    id: "q",
    mode: "test",
    endpointId: "e",
    routeId: null,
    priceVersion: 1,
    amount: 1n,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1n, asOf: 0 },
    bindingHash: "h",
    issuedAt: 0,
    expiresAt: 1,
  };
  const offer = {
    kind: "evm",
    requirements: {
      scheme: "exact",
      network: "n",
      amount: "1",
      asset: "a",
      payTo: "p",
      maxTimeoutSeconds: 1,
      extra: {},
    },
  } as const;
  const rail = (offers: Rail["offer"]): Rail => ({
    id: "sandbox",
    mode: "test",
    settles: () => "before",
    offer: offers,
    accepts: () => true,
    verify: () => ({ ok: false, code: "verification_failed", detail: "" }),
    settle: async () => ({ outcome: "failed", detail: "" }),
    status: async () => ({ outcome: "failed", detail: "" }),
  });
  const failed: unknown[] = [];
  const make = (...rails: Rail[]) =>
    makeOffers(
      { quote, endpoint: makeEndpoint(), resourceUrl: "" },
      { rails, timeoutMs: 10, onError: (_, error) => failed.push(error) },
    );
  expect(
    make(
      rail(() => [offer]),
      rail(() => {
        throw new Error("x");
      }),
    ),
  ).toEqual([offer]);
  expect(
    await make(
      rail(() => new Promise(() => {})),
      rail(async () => [offer]),
      rail(async () => Promise.reject(new Error("y"))),
    ),
  ).toEqual([offer]);
  expect(failed).toHaveLength(3);
  expect(() => make(rail(() => []))).toThrow(expect.objectContaining({ code: "rail_unavailable" }));
});
