import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check.ts";
import type { Answer, Violation } from "../checker/histories.ts";
import type { CrashPoint } from "../gateway/orders.ts";
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

const stops = { full: 50, short: 9, broken: 9 };
const stopMs = { full: 10_000, short: 5_000, broken: 5_000 };
const holders = 9;
const leaseMs = 3_000;

/**
 * Where the holder of a lease freezes: at its upstream, at the upstream again for money that was charged before a crash,
 * or at a step. After the last byte it is too late to matter.
 */
const places = [
  "upstream",
  "upstream again",
  "after:claim",
  "before:beginSettlement",
  "after:beginSettlement",
  "before:rail.settle",
  "after:rail.settle",
  "before:recordSettlement",
  "after:recordSettlement",
] as const satisfies readonly (AtUpstream | CrashPoint)[];
type Place = (typeof places)[number];
type AtUpstream = "upstream" | "upstream again";

/** Whoever holds a lease sleeps through it, wakes up after somebody else took over, and goes on where it was. */
export const stopHolder: Storm = {
  id: "S5",
  title: "lease holder stopped",
  opposites: ["lost-lease-ignored"],
  doses: ["full", "broken"],
  async run({ dose, mutation, logFile }) {
    const field = await startField({ slots: holders + 1, leaseMs, mutation, logFile });
    try {
      const jobs = Array.from({ length: stops[dose] }, (_, n) => places[n % places.length] ?? "upstream");
      const found: Violation[] = [];
      const lane = async (holder: Slot): Promise<void> => {
        for (let place = jobs.pop(); place !== undefined; place = jobs.pop())
          found.push(...(await stopAt(field, holder, place, stopMs[dose])));
      };
      await Promise.all(field.fleet.slots.slice(0, holders).map(lane));
      const histories = await field.read();
      const late = histories.payers.filter(({ answers }) => answers.some(isLate(stopMs[dose])));
      return {
        dose: `${stops[dose]} stops of ${stopMs[dose] / 1000} s, lease 3 s`,
        figures: [
          ...summarise(histories),
          count("answered after waking up", late.length),
          count("settlements asked for again", histories.rail.repeats.length),
        ],
        violations: [...found, ...check(histories, { asksAgain: true })],
      };
    } finally {
      await field.stop();
    }
  },
};

let turn = 0;

async function stopAt(field: Field, holder: Slot, place: Place, forMs: number): Promise<Violation[]> {
  const other = field.fleet.slots.at(-1) ?? holder;
  const slug = "storm-1";
  const n = ++turn;
  const path = `/held-${n}`;
  const atUpstream = place === "upstream" || place === "upstream again";
  // Only x402 has steps between claim and record.
  const wire = atUpstream || place.includes("record") ? (wires[n % wires.length] ?? "x402") : "x402";
  const resource = { slug, method: "GET", path } as const;
  const credential = await buy(field, resource, wire, () => other);
  const before = place === "upstream again" ? [await dieCharged(field, holder, credential)] : [];
  const release = atUpstream ? field.upstream.hold(`/t/${slug}${path}`) : undefined;
  const { process } = holder;
  if (!atUpstream) await process.arm({ point: place, signal: "SIGSTOP" });
  const first = present(field.sockets, holder, resource, credential.headers);
  if (atUpstream) {
    await sleep(300);
    process.signal("SIGSTOP");
  }
  const stopped = await waitUntilStopped(process.pid);
  release?.();
  const woken = sleep(forMs).then(() => process.signal("SIGCONT"));
  const answers = await presentUntilDone(field, credential, { pick: () => other });
  await woken;
  keep(field, credential, [...before, ...answers, await first]);
  return stopped ? [] : [missed("stop", place, "was not passed: the storm proves nothing")];
}

/** The payment is charged and its process gone before a byte went out. Returns when somebody else may take over. */
async function dieCharged(field: Field, holder: Slot, credential: MintedCredential): Promise<Answer> {
  const { process } = holder;
  await process.arm({ point: "after:recordSettlement", signal: "SIGKILL" });
  const answer = await present(field.sockets, holder, credential.resource, credential.headers);
  await process.gone;
  await sleep(leaseMs + 500);
  await field.fleet.ready();
  return answer;
}

/** Linux says so in /proc; elsewhere a while must do. */
async function waitUntilStopped(pid: number): Promise<boolean> {
  for (let n = 0; n < 100; n++) {
    const state = readState(pid);
    if (state === "T") return true;
    await sleep(state === undefined ? 500 : 20);
    if (state === undefined) return true;
  }
  return false;
}

function readState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.charAt(stat.lastIndexOf(")") + 2);
  } catch {
    return undefined;
  }
}

/** An answer that came from a process that had been stopped. */
function isLate(forMs: number): (answer: Answer) => boolean {
  return ({ startedAt, endedAt, status }) => status !== 0 && endedAt - startedAt >= forMs * 0.9;
}
