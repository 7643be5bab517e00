import type { Violation } from "./histories.ts";

/** A stream that its payer left, as payer, upstream and books saw it. */
export interface LeavingRecord {
  readonly id: string;
  /** `Idempotency-Key` at the upstream. */
  readonly key: string;
  readonly status: number;
  /** Tokens that arrived at the payer. */
  readonly delivered: number;
  /** Tokens that the upstream wrote. */
  readonly sent: number;
  /** The upstream wrote all of its stream before it noticed. */
  readonly finished: boolean;
  /** From the payer's closing to the upstream's, ms. */
  readonly closedAfterMs: number;
  readonly hold: HoldRow | undefined;
}

export interface HoldRow {
  readonly id: string;
  readonly entitlementId: string;
  readonly state: string;
  /** µUSD, which is tokens here. */
  readonly captured: bigint;
}

export interface BalanceRow {
  readonly id: string;
  readonly spent: bigint;
  readonly held: bigint;
  /** Sum of what its holds captured. */
  readonly captured: bigint;
}

const closedWithinMs = 1_000;

/** Billed is what was delivered, to one unit; the upstream is let go within a second; the rest of the hold returns. */
export function checkLeavings(
  records: readonly LeavingRecord[],
  balances: readonly BalanceRow[],
): readonly Violation[] {
  return [...records.flatMap(checkOne), ...balances.flatMap(checkBalance)];
}

function checkOne({ id, status, delivered, finished, closedAfterMs, hold }: LeavingRecord): Violation[] {
  const found: Violation[] = [];
  const miss = (rule: string, detail: string) => found.push({ rule, subject: id, detail });
  if (status !== 200) miss("stream", `answered ${status}`);
  else if (hold === undefined) miss("billed", "there is no hold");
  else if (hold.state === "held") miss("billed", `hold ${hold.id} was not settled`);
  else {
    const off = hold.captured - BigInt(delivered);
    if (off > 1n || off < -1n) miss("billed", `billed ${hold.captured} tokens, delivered were ${delivered}`);
  }
  if (!finished && !(closedAfterMs < closedWithinMs))
    miss("closed", `the upstream was let go after ${closedAfterMs} ms`);
  return found;
}

function checkBalance({ id, spent, held, captured }: BalanceRow): Violation[] {
  if (held === 0n && spent === captured) return [];
  const detail = `spent ${spent}, its holds captured ${captured}, ${held} are still held`;
  return [{ rule: "balance", subject: id, detail }];
}
