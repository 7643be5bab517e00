import type { MicroUsd } from "../money.ts";

/** A billion dollars: what is above it is a slip of the keyboard. */
export const MAX_AMOUNT: MicroUsd = 1_000_000_000_000_000n;
/** Ten years. */
export const MAX_SECONDS = 315_360_000;
export const MAX_USES = 1_000_000_000;
export const MAX_FREE_PER_DAY = 1_000_000;
export const MAX_COST_PERCENT = 1000;
/** An answer that costs more deposits than this was meant in another unit. */
export const MAX_CAP_IN_DEPOSITS = 1000n;
