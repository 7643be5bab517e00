/** How a command can end: for scripts, `--help` and the README, which a test holds against this table. */
export const exitCodes = {
  ok: { code: 0, meaning: "it worked" },
  failed: { code: 1, meaning: "something failed that has no code of its own" },
  usage: { code: 2, meaning: "a flag, an argument or a file of yours is wrong; nothing was done" },
  unreachable: { code: 3, meaning: "no connection, or no answer in time" },
  budget: { code: 4, meaning: "the price does not fit into the budget; nothing was paid" },
  not_payable: { code: 5, meaning: "no offer that this wallet can pay (LIVE money, say); nothing was paid" },
  not_accepted: { code: 6, meaning: "the wallet or the server refused the payment" },
  paid_without_answer: { code: 7, meaning: "paid, but the answer did not come or broke off" },
  answered_with_error: { code: 8, meaning: "the server answered with an error instead of content" },
  faults_found: { code: 9, meaning: "doctor found faults" },
  not_verified: { code: 10, meaning: "the receipt is not genuine" },
  not_signed_in: { code: 11, meaning: "no API key, or one that may not do this" },
  exists: { code: 12, meaning: "it would overwrite something of yours; nothing was done" },
  cancelled: { code: 130, meaning: "stopped with Ctrl-C" },
  broken_pipe: { code: 141, meaning: "whoever read the output went away" },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

/** A key of {@link exitCodes}. */
export type ExitName = keyof typeof exitCodes;

/** The table as `--help` prints it. */
export function describeExitCodes(): string {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`);
  return `Exit codes:\n${rows.join("\n")}`;
}
