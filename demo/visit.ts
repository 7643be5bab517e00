import type { IncomingMessage, ServerResponse } from "node:http";
import type { DemoStats } from "./stats.ts";

/** One request to the demo upstream, with what every route needs. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Raw path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly stats: DemoStats;
  /** Aborted as soon as the client leaves before the answer is complete. */
  readonly gone: AbortSignal;
}

export type Route = (visit: Visit) => void | Promise<void>;

/** A natural number from the query, within bounds; the fallback where it is absent or not one. */
export function readNumber(visit: Visit, name: string, fallback: number, max: number): number {
  const text = visit.query.get(name) ?? "";
  return /^\d{1,12}$/.test(text) ? Math.min(Number(text), max) : fallback;
}
