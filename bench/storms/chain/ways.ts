import { setTimeout as sleep } from "node:timers/promises";
import type { FacilitatorMode, MisbehaveOptions } from "../../../e2e/chain/facilitator-modes.ts";
import { type ChainField, facilitatorTimeoutMs } from "./chain-field.ts";
import type { StablecoinWay, WalletMood } from "./stablecoin-wallet.ts";

/** One way in which facilitators go wrong, from its beginning to what ends it. */
export interface BadWay {
  readonly name: string;
  begin(field: ChainField): Promise<() => Promise<void>>;
  /** How payers pay; by turns. */
  readonly pays: readonly StablecoinWay[];
  /** Payers at the same time, and their longest pause in ms. */
  readonly payers: number;
  readonly pauseMs: number;
  /** They leave after each answer for so long: longer than a charge may be without its receipt, if need be. */
  readonly awayMs?: number;
  /** How these payments end. */
  readonly ends: "served" | "refused" | "expired";
  /** In each dose, not only in the full one. */
  readonly always: boolean;
}

type Choices = Partial<Pick<BadWay, "pays" | "payers" | "pauseMs" | "awayMs" | "ends" | "always">>;

const common = {
  pays: ["exact", "exact", "exact-permit2"],
  payers: 12,
  pauseMs: 250,
  ends: "served",
  always: false,
} as const;

/** Both facilitators: one that still worked would hide what the other does. */
function both(name: string, mode: FacilitatorMode, how: MisbehaveOptions, choices: Choices = {}): BadWay {
  return {
    ...common,
    ...choices,
    name,
    begin: async ({ facilitators }) => {
      await Promise.all(facilitators.map((each) => each.misbehave(mode, how)));
      return () => behave(facilitators);
    },
  };
}

/** The one who is asked first: whoever asks the other one again finds it willing. */
function first(name: string, mode: FacilitatorMode, how: MisbehaveOptions, choices: Choices = {}): BadWay {
  return {
    ...both(name, mode, how, choices),
    begin: async ({ facilitators }) => {
      await facilitators[0]?.misbehave(mode, how);
      return () => behave(facilitators);
    },
  };
}

async function behave(facilitators: ChainField["facilitators"]): Promise<void> {
  await Promise.all(facilitators.map((each) => each.behave()));
}

const half = { percent: 50 } as const;
const tooLate = facilitatorTimeoutMs + 500;
const always = { always: true } as const;

/** Facilitators that do what they are asked, or nothing, and do not say so. */
const silent: readonly BadWay[] = [
  // Before any other: a gateway remembers for a while who did not answer, and would not choose that one.
  first("reset by the first choice", "reset", { times: 6, path: "settle" }, always),
  both("5 % lost replies", "drop-reply", { percent: 5 }),
  both("all replies lost", "drop-reply", {}, always),
  both("answers too late", "late", { ...half, afterMs: tooLate }, { payers: 40 }),
  both("settles too late", "slow", { ...half, path: "settle", afterMs: tooLate }, { payers: 40, ...always }),
  both("500", "error-500", half, always),
  both("429", "rate-limit", half),
  both("garbage", "garbage", half, always),
  both("HTML", "html", half),
  both("reset", "reset", half),
  both("duplicate", "duplicate", half),
  { ...common, name: "refused connections", begin: flap },
];

/** Facilitators that say what is not so. */
const lying: readonly BadWay[] = [
  both("success without a transfer", "lie-success", half),
  both("success without a transaction", "success-without-transaction", half),
  both("another payment's transaction", "other-transaction", half, always),
  both("wrong amount", "wrong-amount", half, always),
  both("wrong payee", "wrong-payee", half),
  both("failure after settling", "lie-failure", { reason: "insufficient_funds" }, always),
  both("another payer verified", "wrong-payer-verify", half),
  both("nobody verified", "invalid-verify", {}, { ends: "refused", ...always }),
  // Of a permit that it cannot settle, the official facilitator does not say whether it was sent.
  withMood({ isPoor: true }, both("poor verified", "blind-verify", {}, { ends: "refused", pays: ["exact"] })),
];

/** With blocks some seconds apart: what was sent is in none for longer than anybody waits. */
const waiting: readonly BadWay[] = [
  onSlowBlocks(3, both("pending", "pending", {}, { payers: 60, pauseMs: 1_000 })),
  onSlowBlocks(
    3,
    both("failure on its way", "lost-broadcast", {}, { payers: 60, pauseMs: 1_000, ...always }),
  ),
];

/** Payers leave with the first answer, and only the gateways' own jobs can find out what became of it. */
const deserted = onSlowBlocks(
  3,
  both("payers leave", "lost-broadcast", {}, { payers: Number.POSITIVE_INFINITY, awayMs: 70_000 }),
);

/** Nobody ever settles: at the end of the signature, and not before it, the payer may pay anew. */
const hopeless = onSlowBlocks(
  1,
  withMood(
    { validSeconds: 20 },
    both("never settled", "lie-success", {}, { payers: 60, pauseMs: 3_000, ends: "expired" }),
  ),
);

export const badWays: readonly BadWay[] = [...silent, ...lying, ...waiting, deserted, hopeless];

/** The first choice of all gateways goes away and comes back, again and again, also in the middle of its work. */
async function flap({ facilitators: [one] }: ChainField): Promise<() => Promise<void>> {
  const end = new AbortController();
  const flapping = (async (): Promise<void> => {
    while (!end.signal.aborted) {
      await one?.misbehave("down");
      await sleep(150);
      await one?.behave();
      await sleep(150);
    }
  })();
  return async () => {
    end.abort();
    await flapping;
  };
}

function onSlowBlocks(seconds: number, way: BadWay): BadWay {
  return {
    ...way,
    name: `${way.name}, blocks of ${seconds} s`,
    begin: async (field) => {
      const { client } = field.chain;
      await client.setAutomine(false);
      await client.setIntervalMining({ interval: seconds });
      const end = await way.begin(field);
      return async () => {
        await end();
        await client.setIntervalMining({ interval: 0 });
        await client.setAutomine(true);
        await client.mine({ blocks: 1 });
      };
    },
  };
}

function withMood(mood: Partial<WalletMood>, way: BadWay): BadWay {
  return {
    ...way,
    begin: async (field) => {
      const before = { ...field.wallet.mood };
      Object.assign(field.wallet.mood, mood);
      const end = await way.begin(field);
      return async () => {
        Object.assign(field.wallet.mood, before);
        await end();
      };
    },
  };
}
