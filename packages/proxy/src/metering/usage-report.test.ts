import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUsageReport, preferReport, type ReportedUsage } from "./usage-report.ts";
import type { UsageReader } from "../usage/index.ts";

describe("a report", () => {
  it("adds up", () => {
    const report = createUsageReport();
    expect(report.total).toBeUndefined();
    report.add({ outputTokens: 5 });
    report.add({ outputTokens: 7, inputTokens: 0, costPicoUsd: 3n });
    report.add({});
    expect(report.total).toEqual({ outputTokens: 12, inputTokens: 0, costPicoUsd: 3n });
  });

  it("leaves the answer to be read where nothing is known", () => {
    const report = createUsageReport();
    report.add({});
    report.add(undefined);
    expect(report.total).toBeUndefined();
    report.add({ outputTokens: 0 });
    expect(report.total).toEqual({ outputTokens: 0 });
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "7"])(
    "refuses %s and keeps what it had",
    (count) => {
      const report = createUsageReport();
      report.add({ units: 2 });
      expect(() => report.add({ inputTokens: 1, units: count as number })).toThrow(RangeError);
      expect(report.total).toEqual({ units: 2 });
    },
  );

  it("refuses a negative cost", () => {
    expect(() => createUsageReport().add({ costPicoUsd: -1n })).toThrow(RangeError);
  });

  it("does not depend on how a sum is cut into pieces", () => {
    const usage = fc.record(
      {
        inputTokens: fc.nat(),
        outputTokens: fc.nat(),
        units: fc.nat(),
        costPicoUsd: fc.bigInt(0n, 10n ** 15n),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(usage, { minLength: 1 }), (parts) => {
        const report = createUsageReport();
        for (const part of parts) report.add(part);
        for (const name of ["inputTokens", "outputTokens", "units"] as const) {
          const given = parts.flatMap((part) => part[name] ?? []);
          const sum = given.length === 0 ? undefined : given.reduce((a, b) => a + b, 0);
          expect(report.total?.[name]).toBe(sum);
        }
      }),
    );
  });
});

describe("a body whose usage the application reports itself", () => {
  const found = { inputTokens: 100, outputTokens: 100 };
  const reader = (seen: Uint8Array[] = []): UsageReader => ({
    push: (chunk) => (seen.push(chunk), chunk),
    end: () => new Uint8Array(0),
    usage: found,
    reported: false,
    format: "openai-chat",
    settle: async () => found,
  });

  it("is read until the first report, which then decides alone", async () => {
    const report = createUsageReport();
    const seen: Uint8Array[] = [];
    const preferred = preferReport(report, reader(seen));
    expect([preferred.usage, preferred.reported, preferred.format]).toEqual([found, false, "openai-chat"]);
    const said: ReportedUsage = { units: 3 };
    report.add(said);
    expect([preferred.usage, preferred.reported, preferred.format]).toEqual([said, true, "units"]);
    expect(await preferred.settle()).toEqual(said);
    preferred.push(new Uint8Array([1]));
    expect(seen).toHaveLength(1);
  });

  it("is settled by what was read where nothing was reported", async () => {
    expect(await preferReport(createUsageReport(), reader()).settle()).toEqual(found);
  });
});
