import type { Verdict } from "./check.ts";
import { topics } from "./checks/index.ts";
import type { Observations } from "./observations.ts";

/** What one check came to. */
export interface Finding {
  readonly id: string;
  readonly topic: string;
  readonly title: string;
  readonly severity: "error" | "warning";
  readonly verdict: Verdict;
  readonly meaning: string;
  readonly fix: string;
  readonly docs: string;
}

const DOCS = "https://github.com/x402-paywall/x402-paywall/blob/main/docs/doctor.md";

/** Runs all checks over what was seen. Pure. */
export function diagnose(observations: Observations): readonly Finding[] {
  return topics.flatMap(({ topic, checks }) =>
    checks.map(({ id, title, severity, meaning, fix, run }) => ({
      id,
      topic,
      title,
      severity,
      verdict: run(observations),
      meaning,
      fix,
      docs: `${DOCS}#${id}`,
    })),
  );
}
