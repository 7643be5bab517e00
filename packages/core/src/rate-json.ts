import { isJsonObject } from "./canonical-json.ts";
import type { Json, JsonObject } from "./canonical-json.ts";
import type { Rate } from "./money.ts";

/** JSON form of an exchange rate, in receipts and in the store: `{ "msatPerUsd": "1021000", "asOf": 1790000000 }`. */
export function formatRate(rate: Rate): JsonObject {
  return { msatPerUsd: rate.msatPerUsd.toString(), asOf: rate.asOf };
}

/** Strict inverse of {@link formatRate}; `undefined` also for a rate of zero, which is none. */
export function parseRate(json: Json | undefined): Rate | undefined {
  if (!isJsonObject(json) || Object.keys(json).length !== 2) return undefined;
  const { msatPerUsd, asOf } = json;
  if (typeof msatPerUsd !== "string" || !/^[1-9]\d{0,18}$/.test(msatPerUsd)) return undefined;
  if (typeof asOf !== "number" || !Number.isSafeInteger(asOf) || asOf < 0) return undefined;
  return { msatPerUsd: BigInt(msatPerUsd), asOf };
}
