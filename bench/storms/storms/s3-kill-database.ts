import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check.ts";
import type { PayerRecord, Violation } from "../checker/histories.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { runLoad } from "../rig/load.ts";
import { isWhole } from "../rig/payer.ts";
import { count, highest, p50, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const kills = { full: 50, short: 3, broken: 6 };
const answeredWithinMs = 2_000;
const recoveredWithinMs = 5_000;

/** While the database was away, and when it was asked to come back. Unix milliseconds. */
interface Outage {
  readonly from: number;
  readonly restartedAt: number;
}

/** SIGKILL to Postgres and all its children under load, with everything on disk that was said to be. */
export const killDatabase: Storm = {
  id: "S3",
  title: "kill -9 Postgres",
  opposites: ["commit-not-durable"],
  doses: ["full", "broken"],
  async run({ dose, mutation, logFile }) {
    // Longer than what was delivered may wait to be written down: no excuse for delivering twice.
    const field = await startField({ slots: 2, leaseMs: 15_000, mutation, logFile });
    try {
      const outages: Outage[] = [];
      const load = runLoad(field, { payers: 16, goesOn: () => outages.length < kills[dose] });
      while (outages.length < kills[dose]) outages.push(await killOnce(field));
      await load;
      const histories = await field.read();
      const waits = histories.payers.flatMap((payer) => waitsDuring(payer, outages));
      const recoveries = outages.map((outage) => recoveryOf(outage, histories.payers));
      return {
        dose: `${kills[dose]} kills, fsync on`,
        figures: [
          ...summarise(histories),
          count("answers while away", waits.length),
          p50("answer while away", waits),
          highest("answer while away", waits),
          p50("recovered", recoveries),
          highest("recovered", recoveries),
        ],
        violations: [...check(histories), ...slow(waits, recoveries)],
      };
    } finally {
      await field.stop();
    }
  },
};

async function killOnce(field: Field): Promise<Outage> {
  await sleep(1_200 + 1_000 * field.random());
  const from = Date.now();
  await field.database.kill();
  await sleep(800 + 1_500 * field.random());
  const restartedAt = Date.now();
  await field.database.restart();
  return { from, restartedAt };
}

/** How long each presentation took that began and ended, or should have ended, while the database was away. */
function waitsDuring({ answers }: PayerRecord, outages: readonly Outage[]): number[] {
  return answers
    .filter(({ startedAt }) =>
      outages.some(({ from, restartedAt }) => startedAt > from && startedAt < restartedAt),
    )
    .map(({ startedAt, endedAt }) => endedAt - startedAt);
}

/** From the start of the server to the first request that is served. */
function recoveryOf({ restartedAt }: Outage, payers: readonly PayerRecord[]): number {
  const ends = payers.flatMap(({ answers }) => answers.filter(isWhole).map(({ endedAt }) => endedAt));
  return Math.min(...ends.filter((end) => end > restartedAt)) - restartedAt;
}

function slow(waits: readonly number[], recoveries: readonly number[]): Violation[] {
  return [
    ...waits
      .filter((wait) => wait > answeredWithinMs)
      .map((wait) => missed("503", "a payer", `waited ${wait} ms while the database was away`)),
    ...recoveries
      .filter((time) => !(time < recoveredWithinMs))
      .map((time) => missed("recovery", "the gateways", `served again after ${time} ms`)),
  ];
}
