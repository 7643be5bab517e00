import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../../lib/numbers.ts";
import { check } from "../checker/check.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { runLoad } from "../rig/load.ts";
import { highest, p50, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const doses = {
  full: { kills: 200, credentials: 4_000, payers: 12 },
  short: { kills: 20, credentials: 300, payers: 12 },
  broken: { kills: 25, credentials: 300, payers: 12 },
};
const restartWithinMs = 1_000;

/** SIGKILL to gateways under load, while the rail loses replies and the upstream fails. */
export const killGateway: Storm = {
  id: "S1",
  title: "kill -9 a gateway",
  opposites: ["takeover-asks-nobody"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const { kills, credentials, payers } = doses[dose];
    const field = await startField({ slots: 2, mutation, logFile });
    try {
      await field.ledger.misbehave({ mode: "lost-reply", percent: 5, on: ["settle"] });
      field.upstream.mood.failPercent = 10;
      field.upstream.mood.delayMs = 20;
      let killed = 0;
      const load = runLoad(field, { payers, goesOn: (bought) => killed < kills || bought < credentials });
      while (killed < kills) {
        await killOne(field);
        killed++;
      }
      await load;
      const histories = await field.read();
      const { restarts, boots } = field.fleet;
      const slow = dose === "full" && median(restarts) >= restartWithinMs;
      const late = `p50 ${Math.round(median(restarts))} ms from the start to the first served request`;
      return {
        dose: `${kills} kills, ${histories.payers.length} credentials, 5 % lost replies, 10 % upstream 503`,
        figures: [
          ...summarise(histories),
          p50("boot", boots),
          p50("restart to first served", restarts),
          highest("restart to first served", restarts),
        ],
        violations: [...check(histories), ...(slow ? [missed("restart", "gateways", late)] : [])],
      };
    } finally {
      await field.stop();
    }
  },
};

/** Waits for a gateway that serves, lets it work for a random while, and kills it. */
async function killOne(field: Field): Promise<void> {
  const { process } = field.fleet.pick();
  if (!(await process.ready.then(() => true).catch(() => false))) return;
  await sleep(300 + 900 * field.random());
  process.signal("SIGKILL");
  await process.gone;
}
