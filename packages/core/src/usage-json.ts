import { isJsonObject } from "./canonical-json.ts";
import type { Json, JsonObject } from "./canonical-json.ts";
import type { Usage } from "./usage.ts";

const counts = [
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "milliseconds",
  "bytes",
  "units",
] as const;
const members: readonly string[] = [...counts, "costPicoUsd", "estimated"];

/** JSON form of a usage, in receipts and in the store: counts are numbers, `costPicoUsd` is a decimal string. */
export function formatUsage(usage: Usage): JsonObject {
  const { costPicoUsd, ...rest } = usage;
  return costPicoUsd === undefined ? rest : { ...rest, costPicoUsd: costPicoUsd.toString() };
}

/** Strict inverse of {@link formatUsage}; `undefined` also for members that are not known. */
export function parseUsage(json: Json | undefined): Usage | undefined {
  if (!isJsonObject(json) || !Object.keys(json).every((member) => members.includes(member))) return undefined;
  const measured: [string, number][] = [];
  for (const name of counts) {
    const count = json[name];
    if (count === undefined) continue;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) return undefined;
    measured.push([name, count]);
  }
  const { costPicoUsd, estimated } = json;
  if (costPicoUsd !== undefined && !isNatural(costPicoUsd)) return undefined;
  if (estimated !== undefined && typeof estimated !== "boolean") return undefined;
  return {
    ...Object.fromEntries(measured),
    ...(costPicoUsd === undefined ? {} : { costPicoUsd: BigInt(costPicoUsd) }),
    ...(estimated === undefined ? {} : { estimated }),
  };
}

function isNatural(value: Json): value is string {
  return typeof value === "string" && /^(0|[1-9]\d{0,38})$/.test(value);
}
