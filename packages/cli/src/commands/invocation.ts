import type { Command } from "commander";
import type { ExitName } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output/output.ts";
import { isInteractive, type Terminal } from "../terminal.ts";

/** What an action works with. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Questions can be asked; never with `--json`. */
  readonly canAsk: boolean;
}

/** How the commands of one run of the program end. */
export interface CliContext {
  readonly terminal: Terminal;
  /** Runs an action and keeps how it ended; by default `ok`. */
  run(command: Command, action: (cli: Invocation) => Promise<ExitName | void>): Promise<void>;
}

export class CliRun implements CliContext {
  readonly terminal: Terminal;
  ended: ExitName = "ok";

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  async run(command: Command, action: (cli: Invocation) => Promise<ExitName | void>): Promise<void> {
    const { terminal } = this;
    const output = createOutput(terminal, command.optsWithGlobals<OutputFlags>());
    this.ended =
      (await action({ terminal, output, canAsk: !output.isJson && isInteractive(terminal) })) ?? "ok";
  }
}
