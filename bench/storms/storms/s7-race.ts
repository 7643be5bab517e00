import { check } from "../checker/check.ts";
import type { PayerRecord, Violation } from "../checker/histories.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { wires } from "../rig/mint-credential.ts";
import type { Wire } from "../rig/mint-credential.ts";
import { buy, isWhole, keep } from "../rig/payer.ts";
import { present } from "../rig/present.ts";
import { summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const rounds = { full: 20, short: 3, broken: 2 };
const parallel = 1_000;

/** One credential, a thousand times at once, at two gateways. */
export const race: Storm = {
  id: "S7",
  title: "1,000 parallel presentations",
  opposites: ["check-then-act"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    // A machine that is busy with a thousand sockets must not lose its lease over it.
    const field = await startField({ slots: 2, leaseMs: 30_000, mutation, logFile });
    try {
      const found: Violation[] = [];
      for (let round = 0; round < rounds[dose]; round++)
        for (const wire of wires) found.push(...(await runRound(field, wire, round)));
      const histories = await field.read();
      return {
        dose: `${parallel} × ${rounds[dose]} rounds × ${wires.length} wires`,
        figures: summarise(histories),
        violations: [...found, ...check(histories, { oneRun: true })],
      };
    } finally {
      await field.stop();
    }
  },
};

async function runRound(field: Field, wire: Wire, round: number): Promise<Violation[]> {
  const resource = { slug: "storm-0", method: "GET", path: `/race?n=${wire}-${round}` } as const;
  const credential = await buy(field, resource, wire);
  const { slots } = field.fleet;
  const answers = await Promise.all(
    Array.from({ length: parallel }, (_, n) => {
      const slot = slots[n % slots.length] ?? field.fleet.pick();
      return present(field.sockets, slot, resource, credential.headers);
    }),
  );
  return judge(keep(field, credential, answers));
}

/** Exactly one is served; all others are told that it was taken. */
function judge({ credential, answers }: PayerRecord): Violation[] {
  const served = answers.filter(isWhole).length;
  const taken = answers.filter(({ status }) => status === 409).length;
  if (served === 1 && taken === answers.length - 1) return [];
  const statuses = [...Map.groupBy(answers, ({ status }) => status)].map(
    ([status, list]) => `${status}: ${list.length}`,
  );
  return [missed("race", credential.paymentKey, `one 200 and else 409 wanted, got ${statuses.join(", ")}`)];
}
