import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHttpSend } from "../egress/create-http-send.ts";
import type { HttpSend } from "../http-send.ts";
import { listen } from "../testing/listen.ts";
import { createRateSource, type RateSourceOptions } from "./create-rate-source.ts";
import type { PriceFeed } from "./price-feeds.ts";

const START = 1_790_000_000_000;
const sources = ["one", "two", "three"].map((name): PriceFeed => ({
  name,
  url: `https://${name}.example/`,
  read: (answer) => (typeof answer === "number" ? { price: String(answer) } : undefined),
}));

/** A body, a status, `away` or `hangs`. */
type Answer = string | { readonly status: number };
/** What each source answers now, and how often it was asked. */
const answers: Record<string, Answer> = {};
let asked: string[] = [];
const send: HttpSend = ({ url, timeoutMs }) => {
  const name = new URL(url).hostname.split(".")[0] ?? "";
  asked.push(name);
  const answer = answers[name] ?? "away";
  if (answer === "away") return Promise.reject(new Error("No connection"));
  if (answer === "hangs")
    return new Promise((_, reject) => void setTimeout(() => reject(new Error("Too slow")), timeoutMs));
  return Promise.resolve(
    typeof answer === "string" ? { status: 200, body: answer } : { ...answer, body: "" },
  );
};

function allSay(...[one = "away", two = "away", three = "away"]: Answer[]): void {
  Object.assign(answers, { one, two, three });
}

function create(options: Partial<RateSourceOptions> = {}) {
  return createRateSource({ sources, send, clock: Date.now, random: () => 0.5, ...options });
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  asked = [];
  allSay("100000", "100000", "100000");
});
afterEach(() => void vi.useRealTimers());

describe("createRateSource", () => {
  it("has TEST's own rate without asking anybody", () => {
    expect(create().get("test")).toEqual({ msatPerUsd: 1_000_000n, asOf: 0 });
    expect(asked).toEqual([]);
  });

  it("asks every source once, in parallel, and freezes the median with its time", async () => {
    allSay("100000", "99000", "98000");
    const rates = create();
    expect(rates.get("live")).toBeUndefined();
    expect(rates.get("live")).toBeUndefined();
    expect(asked).toEqual(["one", "two", "three"]);
    await rates.refresh();
    expect(rates.get("live")).toEqual({ msatPerUsd: 1_010_102n, asOf: START / 1000 });
    expect(asked).toHaveLength(3);
  });

  it("is not moved by one source that lies by ten times, and not stopped by one that is away", async () => {
    for (const three of ["1000000", "10000", "away", "hangs", '"100000"', "{", { status: 500 }] as const) {
      allSay("100000", "100100", three);
      const rates = create();
      const refreshed = rates.refresh();
      await vi.advanceTimersByTimeAsync(5_000);
      await refreshed;
      const { msatPerUsd = 0n } = rates.get("live") ?? {};
      expect(msatPerUsd).toBeGreaterThanOrEqual(999_000n);
      expect(msatPerUsd).toBeLessThanOrEqual(1_000_000n);
    }
  });

  it.each<[string, Answer[]]>([
    ["all are away", []],
    ["all are slow", ["hangs", "hangs", "hangs"]],
    ["all answer garbage", ["<html>", "[]", '"NaN"']],
    ["one is left", ["100000"]],
    ["two contradict each other", ["100000", "1000000"]],
    ["all prices are out of reason", ["1", "1", "1"]],
    ["all refuse", [{ status: 429 }, { status: 500 }, { status: 302 }]],
  ])("has none where %s, and says why", async (_, said) => {
    allSay(...said);
    const onError = vi.fn<(error: Error) => void>();
    const rates = create({ onError });
    const refreshed = rates.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    await refreshed;
    expect(rates.get("live")).toBeUndefined();
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.lastCall?.[0].message).toMatch(
      /^The sources agree on no exchange rate: one .*, three /,
    );
  });

  it("uses the last rate for ten minutes, to the millisecond, and then none", async () => {
    const rates = create();
    await rates.refresh();
    allSay();
    vi.setSystemTime(START + 600_000);
    expect(rates.get("live")?.asOf).toBe(START / 1000);
    vi.setSystemTime(START + 600_001);
    expect(rates.get("live")).toBeUndefined();
    allSay("50000", "50000", "50000");
    await vi.advanceTimersByTimeAsync(10_000);
    await rates.refresh();
    expect(rates.get("live")?.msatPerUsd).toBe(2_000_000n);
  });

  it("uses no rate of a time to come: the clock was put back", async () => {
    const rates = create();
    await rates.refresh();
    vi.setSystemTime(START - 600_001);
    expect(rates.get("live")).toBeUndefined();
  });

  it("takes no old price for a new one", async () => {
    let age = 600;
    const dated = sources.map((source): PriceFeed => ({
      ...source,
      read: () => ({ price: "100000", at: Math.floor(Date.now() / 1000) - age }),
    }));
    const rates = create({ sources: dated });
    await rates.refresh();
    expect(rates.get("live")).toBeDefined();
    age = 601;
    const late = create({ sources: dated });
    await late.refresh();
    expect(late.get("live")).toBeUndefined();
  });

  it("keeps itself fresh once it was started, and asks nobody any more once it is closed", async () => {
    const rates = create();
    rates.start();
    rates.start();
    await vi.advanceTimersByTimeAsync(60_001);
    expect(asked).toHaveLength(6);
    allSay("50000", "50000", "50000");
    await vi.advanceTimersByTimeAsync(60_001);
    expect(rates.get("live")?.msatPerUsd).toBe(2_000_000n);
    rates.close();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000_000);
    rates.get("live");
    expect(asked).toHaveLength(9);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tries again sooner after a failure, and ever later while it goes on", async () => {
    allSay();
    const rates = create();
    rates.start();
    const rounds: number[] = [];
    for (let second = 0; second < 300; second++) {
      // oxlint-disable-next-line no-await-in-loop
      await vi.advanceTimersByTimeAsync(second === 0 ? 0 : 1_000);
      // Many payers ask meanwhile.
      rates.get("live");
      if (asked.length / 3 > rounds.length) rounds.push(second);
    }
    expect(rounds).toEqual([0, 5, 15, 35, 75, 135, 195, 255]);
    rates.close();
  });

  it("does not ask at the same moment as every other process", async () => {
    const early = create({ random: () => 0 });
    const late = create({ random: () => 0.999 });
    await Promise.all([early.refresh(), late.refresh()]);
    asked = [];
    await vi.advanceTimersByTimeAsync(55_000);
    await Promise.all([early.refresh(), late.refresh()]);
    expect(asked).toHaveLength(3);
  });

  it("gives up a round that never ends, and does not hear it later", async () => {
    const resolvers: ((answer: { status: number; body: string }) => void)[] = [];
    const hanging: HttpSend = (request) =>
      resolvers.length < 3 ? new Promise((resolve) => void resolvers.push(resolve)) : send(request);
    const rates = create({ send: hanging });
    void rates.refresh();
    await vi.advanceTimersByTimeAsync(10_001);
    await rates.refresh();
    expect(rates.get("live")?.msatPerUsd).toBe(1_000_000n);
    for (const resolve of resolvers) resolve({ status: 200, body: "20000" });
    await vi.advanceTimersByTimeAsync(0);
    expect(rates.get("live")?.msatPerUsd).toBe(1_000_000n);
  });

  it("refuses a quorum that can never be reached", () => {
    expect(() => create({ minSources: 4 })).toThrow(RangeError);
    expect(() => create({ minSources: 0 })).toThrow(RangeError);
  });
});

describe("over HTTP", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it("takes what arrives in time, whole, and from where it was asked for", async () => {
    vi.useRealTimers();
    const handlers: Readonly<Record<string, RequestListener>> = {
      "/one": (_, response) => response.end("100000"),
      "/two": (_, response) => response.end("100000.5"),
      "/lies": (_, response) => response.end("1000000"),
      "/slow": (_, response) => void response.write("1000"),
      "/moved": (_, response) => void response.writeHead(302, { Location: "/one" }).end(),
      "/floods": (_, response) => response.end("1".repeat(70_000)),
      "/breaks": (request) => request.socket.destroy(),
    };
    server = createServer((request, response) => handlers[request.url ?? ""]?.(request, response));
    const base = await listen(server);
    const served = Object.keys(handlers).map((path): PriceFeed => ({
      name: path,
      url: base + path,
      read: (answer) => (typeof answer === "number" ? { price: String(answer) } : undefined),
    }));
    const { send: overHttp, close } = createHttpSend();
    const errors: Error[] = [];
    const options = {
      send: overHttp,
      clock: Date.now,
      timeoutMs: 300,
      onError: (e: Error) => errors.push(e),
    };
    const rates = createRateSource({ ...options, sources: served });
    const startedAt = Date.now();
    await rates.refresh();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(rates.get("live")?.msatPerUsd).toBe(999_996n);
    const bad = createRateSource({ ...options, sources: served.filter(({ name }) => name !== "/two") });
    await bad.refresh();
    expect(bad.get("live")).toBeUndefined();
    expect(errors.map(({ message }) => message)).toEqual([
      "The sources agree on no exchange rate: /one says 1000000 msat, /lies says 100000 msat, /slow did not answer, /moved answered 302, /floods did not answer, /breaks did not answer",
    ]);
    await close();
  });
});
