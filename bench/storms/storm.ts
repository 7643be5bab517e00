import type { Violation } from "./checker/histories.ts";

/** `full`: as the table of storms says; `short`: for the test run; `broken`: enough to catch a broken build. */
export type Dose = "full" | "short" | "broken";

export interface StormRun {
  readonly dose: Dose;
  /** Runs a build that is broken on purpose. */
  readonly mutation?: string | undefined;
  readonly logFile: string;
}

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

export interface StormResult {
  /** What was done: `200 kills, 4,100 credentials`. */
  readonly dose: string;
  readonly figures: readonly Figure[];
  readonly violations: readonly Violation[];
}

export interface Storm {
  /** `S1`. */
  readonly id: string;
  readonly title: string;
  /** The mutations that it must catch. */
  readonly opposites: readonly string[];
  readonly doses: readonly Dose[];
  run(run: StormRun): Promise<StormResult>;
}

/** A target of the storm's own that was missed. */
export function missed(rule: string, subject: string, detail: string): Violation {
  return { rule, subject, detail };
}
