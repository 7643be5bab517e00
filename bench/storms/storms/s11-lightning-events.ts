import { setTimeout as sleep } from "node:timers/promises";
import { decodeBolt11, lightningPaymentKey } from "@x402-paywall/core";
import { check } from "../checker/check.ts";
import type { PayerRecord, Violation } from "../checker/histories.ts";
import type { FakeLnd, PayMood } from "../lightning/fake-lnd.ts";
import { type LightningField, startLightningField } from "../lightning/lightning-field.ts";
import { workspaces } from "../rig/endpoint-rows.ts";
import type { MintedCredential } from "../rig/mint-credential.ts";
import { buy, redeem } from "../rig/payer.ts";
import { count, highest, p50, summarise } from "../rig/summary.ts";
import { type Figure, missed, type Storm } from "../storm.ts";

const doses = { full: 200, short: 8, broken: 32 };
/** From when its node could tell of a payment, ms. */
const creditedWithinMs = 10_000;
const patienceMs = 14_000;

/** One node: its payers, and what happens to its events. */
interface Lane {
  readonly index: number;
  readonly node: FakeLnd;
}

/** What happens in a round, after its invoices were made. @returns when the node could tell, unix ms */
type Happening = (storm: LightningStorm, lane: Lane, bolt11s: readonly string[]) => Promise<number>;

interface Way {
  readonly name: string;
  readonly payments: number;
  /** Payers present while it happens, not only after it. */
  readonly presents?: true;
  readonly happen: Happening;
}

const ways: readonly Way[] = [
  { name: "plain", payments: 4, presents: true, happen: (_, { node }, all) => pay(node, all) },
  { name: "three times each", payments: 4, happen: (_, { node }, all) => pay(node, all, { times: 3 }) },
  {
    name: "three times each, presented",
    payments: 4,
    presents: true,
    happen: (_, { node }, all) => pay(node, all, { times: 3 }),
  },
  {
    name: "out of order, then a cut",
    payments: 3,
    happen: async (storm, { node }, all) => {
      node.pay(all, {}, [0, 2]);
      await sleep(700 * storm.field.random());
      return cut(node, 100);
    },
  },
  {
    name: "an event is missing, then a cut",
    payments: 3,
    happen: async (_, { node }, [first = "", second = "", third = ""]) => {
      node.pay([first]);
      node.pay([second], { times: 0 });
      node.pay([third]);
      return cut(node, 300);
    },
  },
  {
    name: "paid while the node is away",
    payments: 6,
    happen: async (_, { node }, all) => {
      node.down();
      node.pay(all.slice(0, 3));
      await sleep(1_500);
      node.pay(all.slice(3), { times: 0 });
      await node.up();
      return Date.now();
    },
  },
  {
    name: "the watcher dies while it reads",
    payments: 20,
    happen: (storm, lane, all) => storm.killAfter(lane, all, () => storm.waitForSome(all)),
  },
  {
    name: "the watcher dies when its cursor moves",
    payments: 20,
    happen: (storm, lane, all) => storm.killAfter(lane, all, () => storm.waitForCursor(lane)),
  },
];

/** Events of Lightning nodes that get lost, repeated, out of order, and whose readers die. */
export const lightningEvents: Storm = {
  id: "S11",
  title: "Lightning events",
  opposites: ["cursor-before-credit", "no-sweep", "events-not-idempotent"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    const field = await startLightningField({ slots: 2, mutation, logFile });
    try {
      const storm = new LightningStorm(field, mutation !== undefined);
      const rounds = doses[dose];
      await Promise.all(
        field.nodes.map((node, index) => storm.runLane({ node, index }, rounds / field.nodes.length)),
      );
      const histories = await field.read();
      return {
        dose: `${rounds} rounds of ${ways.length} ways on ${workspaces.length} nodes`,
        figures: [...summarise(histories), ...storm.figures()],
        violations: [...storm.found, ...check(histories)],
      };
    } finally {
      await field.stop();
    }
  },
};

class LightningStorm {
  readonly field: LightningField;
  readonly found: Violation[] = [];
  readonly #delays: number[] = [];
  readonly #kills: number[] = [];
  readonly #isBroken: boolean;
  #paths = 0;

  constructor(field: LightningField, isBroken: boolean) {
    this.field = field;
    this.#isBroken = isBroken;
  }

  figures(): Figure[] {
    return [
      count("watchers killed", this.#kills.length),
      p50("written down after", this.#delays),
      highest("written down after", this.#delays),
    ];
  }

  /** The lanes begin at other ways: they are not killed at once, and the shortest dose has each way once. */
  async runLane(lane: Lane, rounds: number): Promise<void> {
    await this.#begin(lane);
    // A broken build is caught by one fault.
    const goesOn = (): boolean =>
      !this.#isBroken ||
      (this.found.length === 0 && this.field.records.every(({ ending }) => ending === "served"));
    for (let round = 0; round < rounds && goesOn(); round++) {
      const way = ways[(round + (ways.length / 2) * lane.index) % ways.length];
      if (way !== undefined) await this.#runRound(lane, way);
    }
  }

  /** Only its events tell of these payments: whoever loses one has lost it. @returns when the watcher was dead */
  async killAfter(
    { node, index }: Lane,
    bolt11s: readonly string[],
    wait: () => Promise<void>,
  ): Promise<number> {
    const { rows } = await this.field.pool.query<{ pid: string | null }>(
      "select split_part(watcher, '_', 2) as pid from lightning_node where workspace_id = $1",
      [workspaces[index]],
    );
    const pid = Number(rows[0]?.pid);
    const slot = this.field.fleet.slots.find(({ process }) => process.pid === pid);
    const waiting = wait();
    node.pay(bolt11s, { lags: true });
    await waiting;
    slot?.process.signal("SIGKILL");
    await slot?.process.gone;
    this.#kills.push(Date.now());
    return Date.now();
  }

  async waitForCursor({ index }: Lane): Promise<void> {
    const before = await this.#cursorOf(index);
    for (const deadline = Date.now() + 2_000; Date.now() < deadline;)
      if ((await this.#cursorOf(index)) !== before) return;
  }

  /** Until some of them are written down, and the others are being read. */
  async waitForSome(bolt11s: readonly string[]): Promise<void> {
    const keys = bolt11s.map(keyOf);
    const some = 1 + Math.floor((keys.length / 2) * this.field.random());
    for (const deadline = Date.now() + 6_000; Date.now() < deadline;) {
      const { rowCount } = await this.field.pool.query("select from receipt where payment_key = any($1)", [
        keys,
      ]);
      if ((rowCount ?? 0) >= some) return;
    }
  }

  /** Until its first event is stored, a node is read from "now" on. */
  async #begin(lane: Lane): Promise<void> {
    for (
      const deadline = Date.now() + 30_000;
      (await this.#cursorOf(lane.index)) === null && Date.now() < deadline;
      await sleep(500)
    )
      await this.#runRound(lane, {
        name: "first",
        payments: 1,
        happen: (_, { node }, all) => pay(node, all),
      });
  }

  async #cursorOf(index: number): Promise<string | null> {
    const { rows } = await this.field.pool.query<{ cursor: string | null }>(
      "select cursor from lightning_node where workspace_id = $1",
      [workspaces[index]],
    );
    return rows[0]?.cursor ?? null;
  }

  async #runRound(lane: Lane, { name, payments, presents, happen }: Way): Promise<void> {
    const resources = Array.from({ length: payments }, () => ({
      slug: `storm-${lane.index}`,
      method: "GET" as const,
      path: `/a?n=${++this.#paths}`,
    }));
    const credentials = await Promise.all(resources.map((resource) => buy(this.field, resource, "l402")));
    const happening = happen(
      this,
      lane,
      credentials.map(({ bolt11 = "" }) => bolt11),
    );
    const presenting = presents === true ? credentials.slice(payments / 2) : [];
    const early = Promise.all(presenting.map((credential) => this.#redeem(credential)));
    const couldTell = await happening;
    const late = await this.#waitForReceipts(credentials, couldTell, name);
    await early;
    // Who was forgotten is not presented: that would write it down after all.
    const rest = credentials.filter(
      (credential) => !presenting.includes(credential) && !late.has(credential),
    );
    await Promise.all(rest.map((credential) => this.#redeem(credential)));
  }

  /** A presentation that died keeps its lease for half a minute. */
  #redeem(credential: MintedCredential): Promise<PayerRecord> {
    return redeem(this.field, credential, { patienceMs: this.#isBroken ? 8_000 : 60_000 });
  }

  async #waitForReceipts(
    credentials: readonly MintedCredential[],
    couldTell: number,
    name: string,
  ): Promise<ReadonlySet<MintedCredential>> {
    const missing = new Map(credentials.map((credential) => [credential.paymentKey, credential]));
    while (missing.size > 0 && Date.now() < this.#from(couldTell) + patienceMs) {
      await sleep(50);
      const { rows } = await this.field.pool.query<{ key: string; at: string }>(
        `select payment_key as key, (extract(epoch from created_at) * 1000)::bigint::text as at
         from receipt where payment_key = any($1)`,
        [[...missing.keys()]],
      );
      for (const { key, at } of rows) {
        missing.delete(key);
        this.#judge(key, Number(at) - this.#from(couldTell, Number(at)), name);
      }
    }
    for (const key of missing.keys()) this.found.push(missed("credited", key, `${name}: never written down`));
    return new Set(missing.values());
  }

  #judge(key: string, delay: number, name: string): void {
    this.#delays.push(Math.max(0, delay));
    if (delay <= creditedWithinMs) return;
    this.found.push(missed("credited", key, `${name}: written down after ${Math.round(delay / 1000)} s`));
  }

  /** A watcher that died since then starts the clock again. */
  #from(couldTell: number, until = Date.now()): number {
    return Math.max(couldTell, ...this.#kills.filter((at) => at <= until));
  }
}

function keyOf(bolt11: string): string {
  return lightningPaymentKey("regtest", decodeBolt11(bolt11)?.paymentHash ?? "");
}

async function pay(node: FakeLnd, bolt11s: readonly string[], mood?: PayMood): Promise<number> {
  node.pay(bolt11s, mood);
  return Date.now();
}

async function cut(node: FakeLnd, awayMs: number): Promise<number> {
  node.down();
  await sleep(awayMs);
  await node.up();
  return Date.now();
}
