import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check.ts";
import type { Violation } from "../checker/histories.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import type { Slot } from "../rig/fleet.ts";
import { wires } from "../rig/mint-credential.ts";
import type { MintedCredential } from "../rig/mint-credential.ts";
import { buy, keep, presentUntilDone } from "../rig/payer.ts";
import { present } from "../rig/present.ts";
import { count, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";
import { cases } from "./step-cases.ts";
import type { StepCase } from "./step-cases.ts";

const repetitions = { full: 50, short: 1, broken: 2 };
const victims = 5;

/** A gateway ends itself before and after each step; what it left and what comes of it must be what the design says. */
export const killAtSteps: Storm = {
  id: "S2",
  title: "kill at each step",
  opposites: ["intent-not-recorded"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    // The lease is short, so that a takeover need not be waited for; the last slot is never killed.
    const field = await startField({ slots: victims + 1, leaseMs: 1_000, mutation, logFile });
    try {
      const found: Violation[] = [];
      const groups = [...Map.groupBy(cases, ({ losesReply }) => losesReply)];
      for (const [losesReply, group] of groups) {
        await field.ledger.misbehave(
          losesReply ? { mode: "lost-reply", percent: 100, on: ["settle"] } : null,
        );
        const jobs = Array.from({ length: repetitions[dose] }, () => group).flat();
        found.push(...(await runJobs(field, jobs)));
      }
      const histories = await field.read();
      return {
        dose: `${cases.length} points × ${repetitions[dose]}`,
        figures: [...summarise(histories), count("kills", field.fleet.deaths.length)],
        violations: [...found, ...check(histories)],
      };
    } finally {
      await field.stop();
    }
  },
};

async function runJobs(field: Field, jobs: StepCase[]): Promise<Violation[]> {
  const found: Violation[] = [];
  const stable = slotAt(field, victims);
  const lane = async (victim: Slot): Promise<void> => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop())
      found.push(...(await killAt(field, job, victim, stable)));
  };
  await Promise.all(Array.from({ length: victims }, (_, index) => lane(slotAt(field, index))));
  return found;
}

let turn = 0;

async function killAt(field: Field, one: StepCase, victim: Slot, stable: Slot): Promise<Violation[]> {
  const wire = one.anyWire ? (wires[turn % wires.length] ?? "x402") : "x402";
  const path = `/a?n=${++turn}${one.upstreamFails ? "&fail-once" : ""}`;
  const credential = await buy(field, { slug: "storm-0", method: "GET", path }, wire, () => stable);
  while (!(await victim.process.ready.then(() => true).catch(() => false))) await sleep(20);
  const before = [];
  for (let n = 0; n < one.presentedBefore; n++) before.push(await presentAt(field, victim, credential));
  const { process } = victim;
  await process.arm({ point: one.point, signal: "SIGKILL" });
  before.push(await presentAt(field, victim, credential));
  const died = await Promise.race([process.gone.then(() => true), sleep(3_000).then(() => false)]);
  if (!died) return [missed("step", one.point, "was not passed: the storm proves nothing")];
  const left = await describeLeft(field, credential);
  keep(field, credential, [
    ...before,
    ...(await presentUntilDone(field, credential, { pick: () => stable })),
  ]);
  return compare(one, credential, left, field.ledger.askedOf(credential.paymentKey));
}

function presentAt(
  field: Field,
  slot: Slot,
  { resource, headers }: MintedCredential,
): ReturnType<typeof present> {
  return present(field.sockets, slot, resource, headers);
}

interface Left {
  readonly state: string;
  readonly charged: boolean;
}

async function describeLeft(field: Field, { paymentKey }: MintedCredential): Promise<Left> {
  const text = "select state from payment where payment_key = $1";
  const { rows } = await field.pool.query<{ state: string }>(text, [paymentKey]);
  return { state: rows[0]?.state ?? "none", charged: field.ledger.isCharged(paymentKey) };
}

function compare(
  one: StepCase,
  { wire, paymentKey }: MintedCredential,
  left: Left,
  asked: number,
): Violation[] {
  const prepaid = wire !== "x402";
  const state = prepaid ? (one.prepaidState ?? one.state) : one.state;
  const wanted = { state, charged: one.charged || prepaid, asked: prepaid ? 0 : 1 };
  const seen = { ...left, asked };
  if (JSON.stringify(wanted) === JSON.stringify(seen)) return [];
  const detail = `${one.point}: left ${JSON.stringify(seen)}, predicted ${JSON.stringify(wanted)}`;
  return [missed("branch", paymentKey, detail)];
}

function slotAt(field: Field, index: number): Slot {
  const slot = field.fleet.slots[index];
  if (slot === undefined) throw new Error("There are fewer gateways than lanes");
  return slot;
}
