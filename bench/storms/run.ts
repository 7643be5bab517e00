/** Fault storms against real gateways and a real Postgres: `npm run storms`, see bench/storms/README.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatBrokenTable, formatLine, formatTable, formatViolations } from "./report.ts";
import type { StormReport } from "./report.ts";
import type { Dose, Storm } from "./storm.ts";
import { storms } from "./storms.ts";

const { values: options } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    broken: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "string" },
    out: { type: "string", default: "test-results/storms" },
  },
});
const dose: Dose = options.broken ? "broken" : options.short ? "short" : "full";
const wanted = options.only?.toUpperCase().split(",");
const chosen = storms.filter(({ id, doses }) => wanted?.includes(id) ?? doses.includes(dose));
if (chosen.length === 0 || (wanted !== undefined && chosen.length !== wanted.length)) {
  const ids = storms.map(({ id }) => id).join(",");
  print(`Usage: npm run storms -- [--short | --broken] [--only ${ids}] [--json FILE]`);
  process.exit(2);
}
mkdirSync(options.out, { recursive: true });

const started = Date.now();
const reports: StormReport[] = [];
for (const storm of chosen) {
  for (const mutation of options.broken ? storm.opposites : [undefined]) {
    const report = await runStorm(storm, mutation);
    reports.push(report);
    print(formatLine(report));
    if (report.violations.length > 0) print(formatViolations(report.violations));
  }
}
const passed = reports.filter(({ violations }) => (violations.length === 0) !== options.broken).length;
print(`\n${options.broken ? formatBrokenTable(reports) : formatTable(reports)}`);
print(`\nTook ${Math.round((Date.now() - started) / 1000)} s.`);
print(`${passed} passed, ${reports.length - passed} failed`);
const file = options.json ?? join(options.out, `${dose}.json`);
const json = { dose, passed, failed: reports.length - passed, reports };
writeFileSync(
  file,
  `${JSON.stringify(json, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value), 2)}\n`,
);
process.exit(passed === reports.length ? 0 : 1);

async function runStorm(storm: Storm, mutation: string | undefined): Promise<StormReport> {
  const { id, title } = storm;
  const logFile = join(
    options.out,
    `${[id, dose, ...(mutation === undefined ? [] : [mutation])].join("-")}.log`,
  );
  writeFileSync(logFile, "");
  const begun = Date.now();
  const facts = { id, title, ...(mutation === undefined ? {} : { mutation }) };
  try {
    const result = await storm.run({ dose, mutation, logFile });
    return { ...facts, ...result, seconds: (Date.now() - begun) / 1000 };
  } catch (error) {
    // A storm that could not be run is not a storm that was survived, nor one that found something.
    print(
      `${id} could not be run (its log is ${logFile}): ${error instanceof Error ? error.stack : String(error)}`,
    );
    process.exit(3);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
