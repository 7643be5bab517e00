/** Ways to answer badly. */
export const modes = ["lost-reply", "timeout", "500", "429", "garbage", "pending", "cut"] as const;
export type Mode = (typeof modes)[number];
export const fallible = ["settle", "status", "refund", "lightning"] as const;
export type Fallible = (typeof fallible)[number];

export interface Plan {
  readonly mode: Mode;
  /** Of the requests, 0 to 100. */
  readonly percent: number;
  /** `timeout`: the answer comes so much later; `pending`: the charge stays so for so long. */
  readonly forMs: number;
  /** So many requests at most; `null`: until the next command. */
  readonly times: number | null;
  /** Whether the money moves before the bad answer. */
  readonly moves: boolean;
  readonly on: readonly Fallible[];
}

/** Decides which requests are answered badly, and counts them. */
export interface Misbehaviour {
  plan: Plan | null;
  readonly counts: Record<string, number>;
  /** How to answer this request badly; `undefined`: well. */
  take(route: Fallible): Plan | undefined;
  reset(): void;
}

/** @param random From 0 to below 1. */
export function createMisbehaviour(random: () => number): Misbehaviour {
  let left: number | null = null;
  let plan: Plan | null = null;
  let counts: Record<string, number> = {};
  return {
    get plan() {
      return plan;
    },
    set plan(next) {
      plan = next;
      left = next?.times ?? null;
    },
    get counts() {
      return counts;
    },
    take: (route) => {
      if (plan === null || left === 0 || !plan.on.includes(route)) return undefined;
      if (random() * 100 >= plan.percent) return undefined;
      if (left !== null) left--;
      counts[plan.mode] = (counts[plan.mode] ?? 0) + 1;
      return plan;
    },
    reset: () => {
      plan = null;
      counts = {};
    },
  };
}

/** Reads a command; a text says what is wrong with it. `{mode: null}` ends the misbehaviour. */
export function readPlan(input: Readonly<Record<string, unknown>>): Plan | null | string {
  const { percent = 100, forMs = 60_000, times = null, on = ["settle", "refund", "lightning"] } = input;
  if (input["mode"] === null) return null;
  const mode = modes.find((each) => each === input["mode"]);
  if (mode === undefined) return `mode: one of ${modes.join(", ")}, or null`;
  // A limiter stands in front of the work; everything else may come after it.
  const { moves = mode !== "429" } = input;
  if (typeof percent !== "number" || !(percent >= 0 && percent <= 100)) return "percent: 0 to 100";
  if (!isNatural(forMs)) return "forMs: milliseconds";
  if (times !== null && !isNatural(times)) return "times: a natural number";
  if (typeof moves !== "boolean") return "moves: true or false";
  if (!Array.isArray(on)) return `on: a list of ${fallible.join(", ")}`;
  const chosen = fallible.filter((route) => on.includes(route));
  if (chosen.length !== on.length) return `on: a list of ${fallible.join(", ")}`;
  return { mode, percent, forMs, times, moves, on: chosen };
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
