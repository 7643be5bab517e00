import { parseJson, type Rate } from "@x402-paywall/core";
import type { HttpSend } from "../http-send.ts";
import { agreedRate, type Agreement } from "./agreed-rate.ts";
import { msatPerUsdOf } from "./msat-per-usd.ts";
import { type PriceFeed, priceFeeds } from "./price-feeds.ts";
import { type RateSource, SANDBOX_RATE } from "./rate-source.ts";

export interface RateSourceOptions extends Partial<Agreement> {
  /** Default: {@link priceFeeds}. */
  readonly sources?: readonly PriceFeed[];
  readonly send: HttpSend;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Between two rounds of questions. Default 60,000. */
  readonly refreshMs?: number;
  /** A rate that is older is not used. Default 600,000. */
  readonly maxAgeMs?: number;
  /** For each source's answer. Default 3,000. */
  readonly timeoutMs?: number;
  /** Told when a round brought no rate: what each source said. */
  readonly onError?: (error: Error) => void;
  /** 0 to 1, spreads the rounds of many processes. Default `Math.random`. */
  readonly random?: () => number;
}

/** {@link RateSource} over sources on the network. TEST has its own fixed rate, for which nobody is asked. */
export interface LiveRateSource extends RateSource {
  /**
   * Asks all sources where it is time to, and resolves when they have answered or not. `get` does so by itself and
   * does not wait. Await it where nothing outlives a request (Workers).
   */
  refresh(): Promise<void>;
  /** Keeps the rate fresh, asked for or not, so that the first payer of a day finds one. */
  start(): void;
  /** Nobody is asked any more. */
  close(): void;
}

interface Round {
  readonly over: Promise<void>;
  /** A worker's fetch may never end: then a new round is begun, and what this one says is not heard. */
  readonly givenUpAt: number;
}

const RETRY_MS = 5_000;

/**
 * A rate that several sources agree on: the median, and at least `minSources` (2) of them within `maxSpread` (300 basis
 * points) of it. Where they do not, the last one is used until it is `maxAgeMs` old, and then none.
 */
export function createRateSource(options: RateSourceOptions): LiveRateSource {
  const { sources = priceFeeds, clock, refreshMs = 60_000, maxAgeMs = 600_000 } = options;
  const { minSources = 2, maxSpread = 300, timeoutMs = 3_000, random = Math.random } = options;
  if (minSources < 1 || minSources > sources.length) throw new RangeError("There are too few sources");
  let current: Rate | undefined;
  let round: Round | undefined;
  let dueAt = -Infinity;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let started = false;
  let closed = false;

  const ask = async (isCurrent: () => boolean): Promise<void> => {
    const asOf = Math.floor(clock() / 1000);
    const answers = await Promise.all(
      sources.map((source) => askSource(source, { send: options.send, timeoutMs, maxAgeMs, asOf })),
    );
    if (!isCurrent()) return;
    const values = answers.flatMap((answer) => (typeof answer === "bigint" ? [answer] : []));
    const msatPerUsd = agreedRate(values, { minSources, maxSpread });
    failures = msatPerUsd === undefined ? failures + 1 : 0;
    const pause = failures === 0 ? refreshMs : Math.min(refreshMs, RETRY_MS * 2 ** (failures - 1));
    dueAt = clock() + pause * (0.9 + 0.2 * random());
    round = undefined;
    if (msatPerUsd !== undefined) current = { msatPerUsd, asOf };
    else options.onError?.(new NoRateError(sources, answers));
  };
  const refresh = async (): Promise<void> => {
    const now = clock();
    if (round !== undefined && now < round.givenUpAt) return round.over;
    if (closed || now < dueAt) return undefined;
    const own: Round = { over: ask(() => round === own), givenUpAt: now + 2 * timeoutMs };
    round = own;
    return own.over;
  };
  const keepFresh = async (): Promise<void> => {
    await refresh();
    if (closed) return;
    timer = setTimeout(() => void keepFresh(), Math.max(dueAt - clock(), 1));
    // Where timers are numbers (Workers) there is nothing to unref.
    timer.unref?.();
  };
  return {
    get: (mode) => {
      if (mode === "test") return SANDBOX_RATE;
      void refresh();
      // A clock that was put back makes an old rate look new.
      return current && Math.abs(clock() - current.asOf * 1000) <= maxAgeMs ? current : undefined;
    },
    refresh,
    start: () => {
      if (started) return;
      started = true;
      void keepFresh();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

interface Question {
  readonly send: HttpSend;
  readonly timeoutMs: number;
  readonly maxAgeMs: number;
  /** Unix seconds. */
  readonly asOf: number;
}

/** What a dollar buys by this source, or why it does not count. */
async function askSource({ url, read }: PriceFeed, question: Question): Promise<bigint | string> {
  const { send, timeoutMs, maxAgeMs, asOf } = question;
  const headers = { "user-agent": "x402-paywall" };
  try {
    const { status, body } = await send({ method: "GET", url, headers, timeoutMs });
    if (status !== 200) return `answered ${status}`;
    const answer = parseJson(body);
    const price = answer === undefined ? undefined : read(answer);
    if (price === undefined) return "answered something else";
    if (price.at !== undefined && Math.abs(asOf - price.at) * 1000 > maxAgeMs) return "answered an old price";
    return msatPerUsdOf(price.price) ?? "answered no sane price";
  } catch {
    return "did not answer";
  }
}

/** What each source said in a round that brought no rate. */
class NoRateError extends Error {
  override readonly name = "NoRateError";

  constructor(sources: readonly PriceFeed[], answers: readonly (bigint | string)[]) {
    const said = sources.map(({ name }, at) => {
      const answer = answers[at];
      return `${name} ${typeof answer === "bigint" ? `says ${answer} msat` : answer}`;
    });
    super(`The sources agree on no exchange rate: ${said.join(", ")}`);
  }
}
