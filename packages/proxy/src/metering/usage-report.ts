import type { Usage } from "@x402-paywall/core";
import type { UsageReader } from "../usage/index.ts";

/** What an application may say that its answer used. Time and bytes are measured here, not reported. */
export type ReportedUsage = Pick<
  Usage,
  "inputTokens" | "cachedInputTokens" | "outputTokens" | "units" | "costPicoUsd"
>;

/** An application's own count of what its answer uses. From the first {@link UsageReport.add} on it alone decides. */
export interface UsageReport {
  /**
   * Adds to what was used; at any time before the answer's end. Nothing known adds nothing: the answer is then read.
   * @throws RangeError for a count that is no safe integer of at least 0.
   */
  add(usage: ReportedUsage | undefined): void;
  /** What was added so far; `undefined` where nothing was. */
  readonly total: Usage | undefined;
}

const COUNTS = ["inputTokens", "cachedInputTokens", "outputTokens", "units"] as const;

export function createUsageReport(): UsageReport {
  let total: Usage | undefined;
  return {
    add(usage = {}) {
      const sum: Record<string, number | bigint> = {};
      for (const name of COUNTS) {
        const added = usage[name];
        if (added !== undefined && !(Number.isSafeInteger(added) && added >= 0))
          throw new RangeError(
            `usage.${name}: ${String(added)} is no count. Add whole numbers of at least 0.`,
          );
        const count = (total?.[name] ?? 0) + (added ?? 0);
        if (added !== undefined || total?.[name] !== undefined) sum[name] = count;
      }
      const { costPicoUsd } = usage;
      if (costPicoUsd !== undefined && costPicoUsd < 0n)
        throw new RangeError("usage.costPicoUsd: add an amount of at least 0.");
      const cost = (total?.costPicoUsd ?? 0n) + (costPicoUsd ?? 0n);
      if (costPicoUsd !== undefined || total?.costPicoUsd !== undefined) sum.costPicoUsd = cost;
      if (Object.keys(sum).length > 0) total = sum;
    },
    get total() {
      return total;
    },
  };
}

/** Reads a body, and believes the application's own count wherever there is one. */
export function preferReport(report: UsageReport, reader: UsageReader): UsageReader {
  return {
    push: (chunk) => reader.push(chunk),
    end: () => reader.end(),
    get usage() {
      return report.total ?? reader.usage;
    },
    get reported() {
      return report.total !== undefined || reader.reported;
    },
    get format() {
      return report.total === undefined ? reader.format : "units";
    },
    settle: async () => report.total ?? reader.settle(),
  };
}
