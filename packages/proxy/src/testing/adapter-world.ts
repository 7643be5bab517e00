import { ask } from "./ask.ts";
import type { Asked, AskOptions } from "./ask.ts";
import { buyL402 } from "./pay-l402.ts";

/** An application behind an adapter: `adapterRoutes` are its prices, `answerAdapterApp` or `serveAdapterApp` its handlers. */
export interface AdapterHarness {
  /** `http://127.0.0.1:3000`. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface AdapterContractOptions {
  readonly start: () => Promise<AdapterHarness>;
  /** A framework reframes bodies: lengths are not compared. */
  readonly reframes?: boolean;
  /** The runtime ends a broken answer as if it was whole: a client cannot see the break. */
  readonly hidesBreaks?: boolean;
}

export interface AdapterWorld {
  readonly origin: () => string;
  readonly options: AdapterContractOptions;
  call(path: string, options?: AskOptions): Promise<Asked>;
  /** Pays for the very request and sends it. */
  paid(path: string, options?: AskOptions): Promise<Asked>;
  buy(path: string, options?: AskOptions): Promise<readonly [string, string]>;
  runs(path: string): Promise<number>;
  streams(): Promise<{ readonly open: number; readonly left: number }>;
}

/** The suite's hands on an application. */
export function createWorld(options: AdapterContractOptions, origin: () => string): AdapterWorld {
  const call: AdapterWorld["call"] = (path, request) => ask(`${origin()}${path}`, request);
  const buy: AdapterWorld["buy"] = (path, request) => buyL402(origin(), path, request);
  const state = async () =>
    JSON.parse(String(await (await call("/runs")).body())) as {
      runs: Record<string, number>;
      streams: { open: number; left: number };
    };
  return {
    origin,
    options,
    call,
    buy,
    async paid(path, request = {}) {
      const credential = await buy(path, request);
      return call(path, withHeader(request, credential));
    },
    runs: async (path) => (await state()).runs[path] ?? 0,
    streams: async () => (await state()).streams,
  };
}

/** A request with one header line more. */
export function withHeader(request: AskOptions, line: readonly [string, string]): AskOptions {
  const given = Array.isArray(request.headers) ? request.headers : Object.entries(request.headers ?? {});
  return { ...request, headers: [...given, line] };
}
