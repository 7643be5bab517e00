const DAY_MS = 86_400_000;

/** Gas in wei that one network may cost on a day (UTC): reserved at its worst before anything is sent. */
export interface Spending {
  /** `undefined` where it would pass the bound: then nothing may be sent. */
  reserve(wei: bigint): Reservation | undefined;
  /** What was sent before a restart and may still cost this much; counted even beyond the bound. */
  restore(wei: bigint, at: number): Reservation;
  /** What was spent at `at` before a restart. */
  restoreSpent(wei: bigint, at: number): void;
  /** Spent and reserved today. */
  today(): bigint;
  /** Whole seconds until the next day begins, at least 1. */
  secondsLeft(): number;
}

export interface Reservation {
  readonly wei: bigint;
  /** Once: puts what it really cost (0 where nothing was sent) in place of what was reserved. */
  settle(spentWei: bigint): void;
}

/** @param clock Unix milliseconds. */
export function createSpending(maxWei: bigint, clock: () => number): Spending {
  let day = -1;
  let wei = 0n;
  const roll = (): void => {
    const now = dayOf(clock());
    if (now === day) return;
    day = now;
    wei = 0n;
  };
  const book = (reserved: bigint, at: number): Reservation => {
    let open = true;
    const ofDay = dayOf(at);
    if (ofDay === day) wei += reserved;
    return {
      wei: reserved,
      settle: (spentWei) => {
        if (!open) return;
        open = false;
        roll();
        // What yesterday reserved is no longer counted.
        if (ofDay === day) wei += spentWei - reserved;
      },
    };
  };
  return {
    reserve: (reserved) => {
      roll();
      return wei + reserved > maxWei ? undefined : book(reserved, clock());
    },
    restore: (reserved, at) => {
      roll();
      return book(reserved, at);
    },
    restoreSpent: (spent, at) => {
      roll();
      book(spent, at);
    },
    today: () => {
      roll();
      return wei;
    },
    secondsLeft: () => Math.max(1, Math.ceil((DAY_MS - (clock() % DAY_MS)) / 1000)),
  };
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}
