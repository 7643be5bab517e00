/** Side by side with nginx, a bare Node proxy and `@x402/express`: `npm run bench`, see bench/README.md. */
import { parseArgs } from "node:util";
import { startField } from "./lib/field.ts";
import { loadGenerator } from "./lib/load.ts";
import { busyBefore, describeMachine, describeVersions, findProgram } from "./lib/machine.ts";
import { formatReport, writeReport } from "./lib/report.ts";
import type { Row, RowResult } from "./lib/row.ts";
import { adapters } from "./rows/a1-adapters.ts";
import { liveFirstByte } from "./rows/l1-live-first-byte.ts";
import { invoices } from "./rows/ln1-invoices.ts";
import { challenge } from "./rows/p1-challenge.ts";
import { pass } from "./rows/p2-pass.ts";
import { paid } from "./rows/p4-paid.ts";
import { firstBytes } from "./rows/p6-first-byte.ts";
import { download } from "./rows/p8-download.ts";
import { usageReader } from "./rows/p9-usage-reader.ts";

const rows: Readonly<Record<string, Row>> = {
  P1: challenge,
  P2: pass,
  P4: paid,
  P6: firstBytes,
  P8: download,
  P9: usageReader,
  A1: adapters,
  L1: liveFirstByte,
  LN1: invoices,
};
const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    rows: { type: "string", default: Object.keys(rows).join(",") },
    store: { type: "string", default: "memory" },
    database: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const wanted = options.rows.toUpperCase().split(",");
const unknown = wanted.filter((id) => !Object.hasOwn(rows, id));
if (
  unknown.length > 0 ||
  !(seconds > 0) ||
  !(rounds > 0) ||
  (options.store === "postgres" ? options.database === undefined : options.store !== "memory")
) {
  print(
    `Usage: npm run bench -- [--seconds 5] [--rounds 3] [--rows ${Object.keys(rows).join(",")}] [--store memory|postgres] [--write]`,
  );
  process.exit(2);
}

const busy = busyBefore();
if (findProgram("nginx") === undefined)
  print("NGINX IS NOT INSTALLED: every ratio to nginx is left out (Debian: apt-get install nginx).");
if (loadGenerator() === "autocannon")
  print("wrk is not installed: autocannon is slower than what it measures, so P1 and P2 come out too low.");
print(
  `${describeMachine()}. ${describeVersions()}. ${rounds} rounds of ${seconds} s, ${options.store} store.`,
);

const results: RowResult[] = [];
const field = await startField(options.database);
try {
  for (const [id, row] of Object.entries(rows)) {
    if (!wanted.includes(id)) continue;
    print(`\n${id}`);
    results.push(await row(field, { seconds, rounds, log: print }));
  }
} finally {
  await field.stop();
}

const settings = `Median of ${rounds} interleaved rounds of ${seconds} s, ${options.store} store`;
const date = new Date().toISOString().slice(0, 10);
const report = formatReport(results, {
  machine: describeMachine(),
  versions: describeVersions(),
  settings,
  busy,
  date,
});
print(`\n${report}`);
if (options.write) writeReport(new URL("README.md", import.meta.url), report);
// Keep-alive sockets of the clients would hold the process for a while.
process.exit(0);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
