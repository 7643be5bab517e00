import { type ProblemCode, problems } from "@x402-paywall/core";

export interface ProblemEntry {
  readonly code: ProblemCode;
  /** As in the type URI: `bad-request`. */
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  /** The code's URI is shared with other implementations. */
  readonly shared: boolean;
}

function isCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}

/** Core's table in its own order. */
export const problemList: readonly ProblemEntry[] = Object.entries(problems).flatMap(([code, row]) =>
  isCode(code)
    ? [
        {
          code,
          slug: code.replaceAll("_", "-"),
          status: row.status,
          title: row.title,
          retryable: row.retryable,
          shared: "shared" in row,
        },
      ]
    : [],
);

export function findProblem(slug: string): ProblemEntry | undefined {
  return problemList.find((entry) => entry.slug === slug);
}
