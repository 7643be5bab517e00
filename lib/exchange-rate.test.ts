import type { HttpSend } from "@x402-paywall/proxy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createExchangeRate } from "./exchange-rate.ts";

const test = { msatPerUsd: 1_000_000n, asOf: 0 };
/** Two exchanges answer, the others are away. */
const send: HttpSend = ({ url }) => {
  asked.push(new URL(url).hostname);
  const body = url.includes("coinbase")
    ? '{"data":{"amount":"50000.00","base":"BTC","currency":"USD"}}'
    : '{"error":[],"result":{"XXBTZUSD":{"c":["50000.00000","1"]}}}';
  return url.includes("coinbase") || url.includes("kraken")
    ? Promise.resolve({ status: 200, body })
    : Promise.reject(new Error("away"));
};
let asked: string[] = [];
const logError = vi.fn<(message: string, error: unknown) => void>();
afterEach(() => {
  vi.useRealTimers();
  asked = [];
  logError.mockClear();
});

describe("the instance's exchange rate", () => {
  it("is what was set, and asks nobody; TEST's stays", async () => {
    const isSelling = vi.fn<() => Promise<boolean>>();
    const rates = await createExchangeRate(1_021_000n, { send, isSelling, logError });
    expect(rates.get("live")).toEqual({ msatPerUsd: 1_021_000n, asOf: 0 });
    expect(rates.get("test")).toEqual(test);
    expect([asked, isSelling.mock.calls]).toEqual([[], []]);
  });

  it("is there with the first 402 where somebody sells", async () => {
    const rates = await createExchangeRate(undefined, { send, isSelling: async () => true, logError });
    expect(asked).toHaveLength(4);
    expect(rates.get("live")?.msatPerUsd).toBe(2_000_000n);
    expect(rates.get("test")).toEqual(test);
    rates.close();
  });

  it("is asked of nobody where nobody sells, before somebody is quoted", async () => {
    const rates = await createExchangeRate(undefined, { send, isSelling: async () => false, logError });
    expect(rates.get("test")).toEqual(test);
    expect(asked).toEqual([]);
    expect(rates.get("live")).toBeUndefined();
    expect(asked).toHaveLength(4);
    rates.close();
  });

  it("keeps no start waiting for long, neither for exchanges nor for the database", async () => {
    const hanging: HttpSend = () => new Promise(() => {});
    const startedAt = Date.now();
    const slow = await createExchangeRate(undefined, {
      send: hanging,
      isSelling: async () => true,
      logError,
    });
    const unknown = await createExchangeRate(undefined, {
      send,
      isSelling: () => Promise.reject(new Error("no database")),
      logError,
    });
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect(slow.get("live")).toBeUndefined();
    expect(logError).toHaveBeenCalledTimes(1);
    slow.close();
    unknown.close();
  });
});
