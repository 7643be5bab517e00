import { check } from "../checker/check.ts";
import type { Figure } from "../storm.ts";
import { startField } from "../rig/field.ts";
import { runLoad } from "../rig/load.ts";
import type { RailPlan } from "../rig/rail-ledger.ts";
import { count, summarise } from "../rig/summary.ts";
import type { Storm } from "../storm.ts";

const credentials = { full: 1_000, short: 40, broken: 60 };

interface BadPhase {
  readonly plan: RailPlan;
  readonly payers: number;
  /** Longest pause of a payer, ms. */
  readonly pauseMs: number;
}

const both = ["settle", "status"] as const;
const phases: readonly BadPhase[] = [
  { plan: { mode: "lost-reply", percent: 50, on: both }, payers: 50, pauseMs: 250 },
  { plan: { mode: "timeout", percent: 50, forMs: 3_000, on: both }, payers: 150, pauseMs: 500 },
  { plan: { mode: "500", percent: 50, on: both }, payers: 50, pauseMs: 250 },
  { plan: { mode: "429", percent: 50, on: both }, payers: 50, pauseMs: 250 },
  { plan: { mode: "garbage", percent: 50, on: both }, payers: 50, pauseMs: 250 },
  { plan: { mode: "cut", percent: 50, on: both }, payers: 50, pauseMs: 250 },
];
/** The charge is made, and for a minute nobody can be told: all payers wait at once. */
const pending: BadPhase = {
  plan: { mode: "pending", percent: 100, forMs: 60_000, on: ["settle"] },
  payers: Number.POSITIVE_INFINITY,
  pauseMs: 6_000,
};

/** A rail that charges and does not say so, in every way there is. */
export const badRail: Storm = {
  id: "S6",
  title: "rail misbehaves",
  opposites: ["unknown-is-failed"],
  doses: ["full", "broken"],
  async run({ dose, mutation, logFile }) {
    const field = await startField({ slots: 2, mutation, logFile });
    const each = credentials[dose];
    const used = dose === "full" ? [...phases, pending] : phases;
    const bad: Figure[] = [];
    try {
      for (const { plan, payers, pauseMs } of used) {
        await field.ledger.misbehave(plan);
        const options = { pauseMs, patienceMs: 180_000, wires: ["x402"] as const };
        await runLoad(field, {
          ...options,
          payers: Math.min(payers, each),
          goesOn: (bought) => bought < each,
        });
        bad.push(count(`bad answers (${plan.mode})`, await field.ledger.misbehaved(plan.mode)));
      }
      await field.ledger.misbehave(null);
      const histories = await field.read();
      return {
        dose: `${used.length} ways × ${each}`,
        figures: [...summarise(histories), ...bad],
        violations: check(histories),
      };
    } finally {
      await field.stop();
    }
  },
};
