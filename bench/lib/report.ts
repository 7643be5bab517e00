import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findProgram } from "./machine.ts";
import { median, show, spread } from "./numbers.ts";
import { isMet } from "./row.ts";
import type { RowResult } from "./row.ts";

export interface ReportFacts {
  readonly machine: string;
  readonly versions: string;
  readonly settings: string;
  /** Runnable processes for each core before the first round. */
  readonly busy: number;
  readonly date: string;
}

const begin = "<!-- figures: written by `npm run bench -- --write` -->";
const end = "<!-- end of figures -->";

/** The whole result as Markdown: the targets first, then what each contender did. */
export function formatReport(results: readonly RowResult[], facts: ReportFacts): string {
  return [
    `${facts.date}. ${facts.machine}. ${facts.versions}. ${facts.settings}.`,
    noise(results, facts.busy),
    targetTable(results),
    ...results.map(measureTable),
  ].join("\n\n");
}

/** Says whether the figures may be trusted: others at work, or rounds that lie far apart. */
export function noise(results: readonly RowResult[], busy: number): string {
  const spreads = results
    .flatMap(({ verdicts }) => verdicts.map((verdict) => verdict.spread))
    .filter(Number.isFinite);
  const widest = Math.max(0, ...spreads);
  const facts = `load before the start ${busy.toFixed(2)} a core, widest spread of a ratio ${Math.round(widest * 100)} %`;
  if (busy > 0.5 || widest > 0.3)
    return `**Noisy machine** (${facts}): read ratios, not absolute numbers, and repeat on a quiet one.`;
  return `Quiet machine (${facts}).`;
}

/** Puts a report between the markers of a document. @throws Error where they are missing */
export function insertReport(document: string, report: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error("The document has no place for the figures");
  return `${document.slice(0, from + begin.length)}\n\n${report}\n\n${document.slice(to)}`;
}

/** Puts the report into a file, formatted as the repository's check wants it. */
export function writeReport(file: URL, report: string): void {
  writeFileSync(file, insertReport(readFileSync(file, "utf8"), report));
  const formatter = findProgram("oxfmt");
  if (formatter !== undefined) execFileSync(formatter, [fileURLToPath(file)], { stdio: "ignore" });
}

function targetTable(results: readonly RowResult[]): string {
  const lines = results.flatMap(({ id, verdicts }) =>
    verdicts.map((verdict) => {
      const limit = `${verdict.better === "higher" ? "≥" : "≤"} ${verdict.target}`;
      const met = isMet(verdict) ? "met" : "**missed**";
      return `| ${id} | ${verdict.claim} | ${show(verdict.value)} | ±${Math.round(verdict.spread * 50)} % | ${limit} | ${met} |`;
    }),
  );
  return ["| row | what | measured | spread | target | |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

function measureTable({ id, title, measures }: RowResult): string {
  const contenders = [...new Set(measures.map(({ contender }) => contender))];
  const columns = [...new Map(measures.map(({ what, unit }) => [what, unit]))];
  const cell = (contender: string, column: string) => {
    const values = measures.find(
      ({ contender: name, what }) => name === contender && what === column,
    )?.values;
    if (values === undefined) return "";
    return values.length < 2
      ? show(median(values))
      : `${show(median(values))} ±${Math.round(spread(values) * 50)} %`;
  };
  return [
    `**${id} ${title}**`,
    "",
    `| | ${columns.map(([what, unit]) => (what.includes("/s") ? what : `${what}, ${unit}`)).join(" | ")} |`,
    `|---|${columns.map(() => "---|").join("")}`,
    ...contenders.map(
      (contender) => `| ${contender} | ${columns.map(([what]) => cell(contender, what)).join(" | ")} |`,
    ),
  ].join("\n");
}
