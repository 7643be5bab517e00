import { startChainField } from "../chain/chain-field.ts";
import type { ChainField } from "../chain/chain-field.ts";
import { badWays } from "../chain/ways.ts";
import type { BadWay } from "../chain/ways.ts";
import { check } from "../checker/check.ts";
import { checkChain } from "../checker/check-chain.ts";
import type { PayerRecord, Violation } from "../checker/histories.ts";
import { inParallel } from "../rig/in-parallel.ts";
import { buy, redeem } from "../rig/payer.ts";
import { count, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

/** For each way: a chain takes a hundredth of what the sandbox's ledger does. */
const credentials = { full: 100, short: 3, broken: 6 };

/** Facilitators that settle and do not say so, or say so and have not. The chain knows. */
export const badFacilitator: Storm = {
  id: "S6-CHAIN",
  title: "facilitators misbehave",
  opposites: ["facilitator-is-believed", "refusal-is-believed", "unknown-is-failed", "repeats-elsewhere"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const field = await startChainField({ slots: 2, mutation, logFile });
    const ways = badWays.filter(({ always }) => always || dose === "full");
    const each = credentials[dose];
    try {
      const found: Violation[] = [];
      for (const way of ways) found.push(...(await runWay(field, way, each)));
      const histories = await field.read();
      const chain = await field.readChain();
      const answers = histories.payers.flatMap((payer) => payer.answers);
      return {
        dose: `${ways.length} ways × ${each}`,
        figures: [
          ...summarise(histories),
          count("refused, and nothing moved", count402(histories.payers)),
          count("answers 503", answers.filter(({ status }) => status === 503).length),
        ],
        violations: [...found, ...check(histories), ...checkChain(histories.payers, chain)],
      };
    } finally {
      await field.stop();
    }
  },
};

async function runWay(field: ChainField, way: BadWay, each: number): Promise<Violation[]> {
  const { name, pays, payers, pauseMs, awayMs, ends } = way;
  const end = await way.begin(field);
  const found: Violation[] = [];
  field.wallet.mood.isRefused = ends !== "served";
  try {
    const turns = Array.from({ length: each }, (_, n) => n);
    await inParallel(turns, payers, async (n) => {
      const path = `/a?n=${name.replaceAll(/\W+/g, "-")}-${n}`;
      const resource = { slug: `storm-${n % 2}`, method: "GET", path } as const;
      const credential = await buy(field, resource, pays[n % pays.length] ?? "exact");
      const record = await redeem(field, credential, { patienceMs: 180_000, pauseMs, awayMs });
      if (ends === "expired") found.push(...judgeExpired(record));
    });
  } finally {
    field.wallet.mood.isRefused = false;
    await end();
  }
  return found;
}

/** As long as anybody could settle it, nobody may be asked for a new signature. */
function judgeExpired({ credential, answers }: PayerRecord): Violation[] {
  const { goodUntil = 0, paymentKey } = credential;
  const early = answers.find(({ status, endedAt }) => status === 402 && endedAt < goodUntil);
  if (early === undefined) return [];
  const detail = `answered 402 ${early.code} ${goodUntil - early.endedAt} ms before its signature ended`;
  return [missed("no-402", paymentKey, detail)];
}

function count402(payers: readonly PayerRecord[]): number {
  return payers.filter(({ ending }) => ending === "refused").length;
}
