import { expect, test } from "vitest";
import { formatReport, insertReport, noise } from "./report.ts";
import type { RowResult } from "./row.ts";

const row: RowResult = {
  id: "P1",
  title: "Unpaid request",
  measures: [
    { contender: "nginx", what: "req/s", unit: "/s", values: [100, 110, 120] },
    { contender: "ours", what: "req/s", unit: "/s", values: [90] },
  ],
  verdicts: [
    { claim: "of nginx", value: 0.8, spread: 0.1, target: 0.75, better: "higher" },
    { claim: "ms more", value: 0.8, spread: 0.1, target: 0.6, better: "lower" },
  ],
};

test("a report holds targets and figures", () => {
  const text = formatReport([row], {
    machine: "m",
    versions: "v",
    settings: "s",
    busy: 0.1,
    date: "2026-12-01",
  });
  expect(text).toContain("| P1 | of nginx | 0.800 | ±5 % | ≥ 0.75 | met |");
  expect(text).toContain("| P1 | ms more | 0.800 | ±5 % | ≤ 0.6 | **missed** |");
  expect(text).toContain("| nginx | 110 ±9 % |");
  expect(text).toContain("| ours | 90.0 |");
});

test("others at work, or rounds far apart, are said aloud", () => {
  expect(noise([row], 0.1)).toMatch(/^Quiet/);
  expect(noise([row], 0.9)).toMatch(/^\*\*Noisy/);
  const apart = { ...row, verdicts: row.verdicts.map((verdict) => ({ ...verdict, spread: 0.5 })) };
  expect(noise([apart], 0.1)).toMatch(/^\*\*Noisy/);
});

test("figures replace the old ones and nothing else", () => {
  const document =
    "# A\n\n<!-- figures: written by `npm run bench -- --write` -->\n\nold\n\n<!-- end of figures -->\n\nB\n";
  expect(insertReport(document, "new")).toBe(document.replace("old", "new"));
  expect(() => insertReport("# A", "new")).toThrow("no place");
});
