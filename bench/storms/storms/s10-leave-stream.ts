import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check.ts";
import { checkLeavings } from "../checker/check-leavings.ts";
import type { LeavingRecord } from "../checker/check-leavings.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { inParallel } from "../rig/in-parallel.ts";
import { leaveStream } from "../rig/leave-stream.ts";
import { buy, isWhole, keep } from "../rig/payer.ts";
import { present } from "../rig/present.ts";
import { readHolds, waitForHolds } from "../rig/read-holds.ts";
import { idempotencyKeyOf } from "../rig/storm-upstream.ts";
import { count, highest, p50, summarise } from "../rig/summary.ts";
import type { Storm } from "../storm.ts";

const leaves = { full: 1_000, short: 60, broken: 30 };
const payers = 8;
const tokens = 60;
/** Of a whole stream: random leavings hit every part of it, its end included. */
const streamBytes = 11_000;
const slug = "storm-metered";

/** 1 µUSD a token, so that what is billed is a number of tokens. */
const pricing = {
  model: "metered",
  rates: { outputToken: "1000000" },
  deposit: "1000000",
  validSeconds: 3600,
  minimum: "0",
  cap: null,
  clampOutput: false,
  onLeave: "cancel",
};

/** Payers close their sockets in the middle of a metered stream. */
export const leaveStreams: Storm = {
  id: "S10",
  title: "payer leaves a stream",
  opposites: ["leaving-costs-the-reservation"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const endpoints = [{ slug, pricing }];
    const field = await startField({ slots: 2, leaseMs: 30_000, endpoints, mutation, logFile });
    try {
      const tokensOfPayers = await Promise.all(Array.from({ length: payers }, () => openBalance(field)));
      // The first stream that is left makes a gateway load its tokenizer, and all others wait for that.
      for (const { origin } of field.fleet.slots)
        await leaveAt(field, origin, tokensOfPayers[0] ?? "", `warm-${origin}`);
      const left: Omit<LeavingRecord, "hold">[] = [];
      const turns = Array.from({ length: leaves[dose] }, (_, n) => n);
      await inParallel(turns, payers, async (n) => {
        const { origin } = field.fleet.pick();
        left.push(await leaveAt(field, origin, tokensOfPayers[n % payers] ?? "", `leave-${n}`));
      });
      await waitForHolds(field.pool, 15_000);
      const { holds, balances } = await readHolds(field.pool);
      const byKey = new Map(holds.map((hold) => [idempotencyKeyOf(hold.id), hold]));
      const records = left.map((one) => ({ ...one, hold: byKey.get(one.key) }));
      const histories = await field.read();
      const closes = records.filter(({ finished }) => !finished).map(({ closedAfterMs }) => closedAfterMs);
      const off = records.map(({ hold, delivered }) => Math.abs(Number(hold?.captured ?? 0n) - delivered));
      return {
        dose: `${leaves[dose]} leavings at a random byte`,
        figures: [
          ...summarise(histories),
          count("tokens delivered", sum(records.map(({ delivered }) => delivered))),
          count("tokens billed", sum(records.map(({ hold }) => Number(hold?.captured ?? 0n)))),
          count("at most off by", Math.max(0, ...off)),
          p50("upstream closed after", closes),
          highest("upstream closed after", closes),
        ],
        violations: [...checkLeavings(records, balances), ...check(histories)],
      };
    } finally {
      await field.stop();
    }
  },
};

/** Buys a balance over L402 and returns the access token that the first paid answer names. */
async function openBalance(field: Field): Promise<string> {
  const resource = { slug, method: "GET", path: `/s?stream=open-${field.random()}&tokens=1` } as const;
  const credential = await buy(field, resource, "l402");
  const first = await present(field.sockets, field.fleet.pick(), resource, credential.headers);
  keep(field, credential, [first]);
  if (isWhole(first) && first.accessToken !== undefined) return first.accessToken;
  throw new Error(`No balance was opened: ${first.status} ${first.code ?? ""}`);
}

/** Closes the socket somewhere within a stream, and waits until the upstream knows. */
async function leaveAt(
  field: Field,
  origin: string,
  token: string,
  id: string,
): Promise<Omit<LeavingRecord, "hold">> {
  const url = `${origin}/p/${slug}/s?stream=${id}&tokens=${tokens}`;
  const afterBytes = Math.floor(field.random() * streamBytes);
  const { status, delivered, leftAt } = await leaveStream(
    url,
    { authorization: `Bearer ${token}` },
    afterBytes,
  );
  const deadline = Date.now() + 5_000;
  while (field.upstream.streams.get(id)?.closedAt === 0 && Date.now() < deadline) await sleep(2);
  const stream = field.upstream.streams.get(id);
  const closedAt = stream?.closedAt ?? 0;
  return {
    id,
    key: stream?.key ?? "",
    status,
    delivered,
    sent: stream?.sent ?? 0,
    finished: stream?.finished ?? false,
    closedAfterMs: closedAt === 0 || leftAt === 0 ? Number.POSITIVE_INFINITY : Math.max(0, closedAt - leftAt),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
