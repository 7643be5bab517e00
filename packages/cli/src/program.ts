import { Command } from "commander";
import { describeExitCodes } from "./exit-codes.ts";
import type { CliContext } from "./commands/invocation.ts";
import { addAddCommand } from "./commands/add.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addInitCommand } from "./commands/init.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addPayCommand } from "./commands/pay.ts";
import { addProxyCommand } from "./commands/proxy.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import { readVersion } from "./version.ts";

const commands = [
  addInitCommand,
  addProxyCommand,
  addPayCommand,
  addAddCommand,
  addKeysCommand,
  addVerifyCommand,
  addDoctorCommand,
  addCompletionCommand,
];

/** The tree of commands; what a command needs is loaded when it runs. */
export function createProgram(context: CliContext): Command {
  const program = new Command("x402-paywall")
    .description("Put a price on a URL, pay one, verify a receipt, find out what is wrong with a 402.")
    .version(readVersion(), "-v, --version")
    .option("--json", "machine-readable: one document, or one line for each event (pay, proxy)")
    .option("--no-color", "no colours; also with NO_COLOR")
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .addHelpText("after", `\n${describeExitCodes()}`);
  for (const add of commands) add(program, context);
  return program;
}
