import type { ExitName } from "./exit-codes.ts";

/** What stops a command: how it ends, what happened, and what to do about it. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exit: ExitName;
  /** One sentence, an imperative. */
  readonly fix: string;

  constructor(exit: ExitName, message: string, fix: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exit = exit;
    this.fix = fix;
  }
}
