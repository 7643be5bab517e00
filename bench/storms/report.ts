import { show } from "../lib/numbers.ts";
import type { Violation } from "./checker/histories.ts";
import type { Figure, StormResult } from "./storm.ts";

/** One storm as it was run. */
export interface StormReport extends StormResult {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  /** The broken build it was run against. */
  readonly mutation?: string;
}

/** `S1 kill -9 a gateway: 200 kills, … · 4,100 credentials · … · 0 violations (301 s)`. */
export function formatLine({ id, title, dose, figures, violations, seconds, mutation }: StormReport): string {
  const build = mutation === undefined ? "" : ` [broken: ${mutation}]`;
  const facts = [dose, ...figures.map(formatFigure), `${violations.length} violations`];
  return `${id} ${title}${build}: ${facts.join(" · ")} (${Math.round(seconds)} s)`;
}

/** The first violations of each rule: enough to see what is wrong. */
export function formatViolations(violations: readonly Violation[], ofEach = 3): string {
  const lines: string[] = [];
  for (const [rule, all] of Map.groupBy(violations, (violation) => violation.rule)) {
    for (const { subject, detail } of all.slice(0, ofEach)) lines.push(`   ${rule} ${subject}: ${detail}`);
    if (all.length > ofEach) lines.push(`   ${rule} … and ${all.length - ofEach} more`);
  }
  return lines.join("\n");
}

/** The figures for a document, as a table in Markdown. */
export function formatTable(reports: readonly StormReport[]): string {
  const rows = reports.map(({ id, title, dose, figures, violations }) => {
    const measured = figures.map(formatFigure).join("; ");
    return `| ${id} | ${title} | ${dose} | ${measured} | ${violations.length} |`;
  });
  return ["| | storm | dose | measured | violations |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** A broken build that survives its storm is a fault of the rig. */
export function formatBrokenTable(reports: readonly StormReport[]): string {
  const rows = reports.map(({ id, mutation = "", violations }) => {
    const rules = [...Map.groupBy(violations, ({ rule }) => rule)];
    const found = rules.map(([rule, all]) => `${rule} × ${all.length}`).join(", ");
    return `| ${id} | ${mutation} | ${violations.length === 0 ? "**nothing**" : found} |`;
  });
  return ["| storm | broken build | found |", "|---|---|---|", ...rows].join("\n");
}

function formatFigure({ what, value, unit }: Figure): string {
  const text = Number.isInteger(value) ? value.toLocaleString("en-US") : show(value);
  return unit === "" ? `${text} ${what}` : `${what} ${text} ${unit}`;
}
