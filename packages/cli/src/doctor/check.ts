import type { Observations } from "./observations.ts";

export type Verdict =
  | { readonly outcome: "pass" }
  /** What was found, in a sentence. */
  | { readonly outcome: "fail"; readonly found: string }
  | { readonly outcome: "skip"; readonly because: string };

/** One thing that can be wrong with a 402. */
export interface Check {
  /** Stable: for scripts, and the anchor in docs/doctor.md. */
  readonly id: string;
  /** What is right, as a statement. */
  readonly title: string;
  /** `error`: somebody cannot pay, or need not; `warning`: some clients suffer. */
  readonly severity: "error" | "warning";
  /** What happens where it is not so. */
  readonly meaning: string;
  /** What to do, an imperative. */
  readonly fix: string;
  /** Pure. */
  readonly run: (observations: Observations) => Verdict;
}

export const pass: Verdict = { outcome: "pass" };

export function fail(found: string): Verdict {
  return { outcome: "fail", found };
}

export function skip(because: string): Verdict {
  return { outcome: "skip", because };
}

/** Passes where there is nothing to complain of; else names the first complaints. */
export function failEach(complaints: readonly string[]): Verdict {
  const [first, ...more] = complaints;
  if (first === undefined) return pass;
  const others = more.length > 2 ? [...more.slice(0, 2), `and ${more.length - 2} more`] : more;
  return fail([first, ...others].join("; "));
}
