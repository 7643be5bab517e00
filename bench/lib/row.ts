import type { Field } from "./field.ts";

export interface RowOptions {
  /** Length of one round of one contender. */
  readonly seconds: number;
  readonly rounds: number;
  readonly log: (line: string) => void;
}

/** One figure of one contender, a value for each round. */
export interface Measure {
  readonly contender: string;
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** A target of ours, held against what was measured. */
export interface Verdict {
  readonly claim: string;
  /** Median over the rounds, and how far they lie apart. */
  readonly value: number;
  readonly spread: number;
  readonly target: number;
  readonly better: "higher" | "lower";
}

export interface RowResult {
  readonly id: string;
  readonly title: string;
  readonly measures: readonly Measure[];
  readonly verdicts: readonly Verdict[];
}

export type Row = (field: Field, options: RowOptions) => Promise<RowResult>;

export function isMet({ value, target, better }: Verdict): boolean {
  return better === "higher" ? value >= target : value <= target;
}
