import { type Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";
import { CliRun } from "./commands/invocation.ts";
import { exitCodes } from "./exit-codes.ts";
import { createOutput, type Output } from "./output/output.ts";
import { createProgram } from "./program.ts";
import { Stop, type Terminal } from "./terminal.ts";

/** Runs one command line to its end. @returns The exit code, see {@link exitCodes}. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const run = new CliRun(terminal);
  const program = createProgram(run);
  forEachCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      // Told below, as every error is.
      outputError: () => undefined,
    }),
  );
  const flags = { json: argv.includes("--json"), color: !argv.includes("--no-color") };
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCodes[run.ended].code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok.code;
    return tell(toCliError(error, terminal), terminal, createOutput(terminal, flags));
  }
}

function forEachCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forEachCommand(child, change);
}

function toCliError(error: unknown, { signal }: Terminal): CliError | Stop {
  if (signal.aborted && signal.reason instanceof Stop) return signal.reason;
  if (error instanceof CliError || error instanceof Stop) return error;
  if (error instanceof CommanderError) {
    // Help in place of a command that is missing was printed already.
    if (error.code === "commander.help") return new CliError("usage", "", "");
    const [sentence = "", ...more] = error.message.replace(/^error: /, "").split("\n");
    const advice = more.join(" ").replace(/^\((.*)\)$/, "$1");
    return new CliError("usage", `${sentence}.`.replace(/\.\.$/, "."), `${advice} See --help.`.trim());
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CliError("failed", message, "X402_PAYWALL_DEBUG=1 shows where.", { cause: error });
}

function tell(error: CliError | Stop, { stderr, stdout, env }: Terminal, output: Output): number {
  const { code } = exitCodes[error.exit];
  if (error.exit === "broken_pipe" || error.message === "") return code;
  const fix = error instanceof CliError ? error.fix : "";
  if (output.isJson) {
    const body = {
      error: { name: error.exit, exitCode: code, message: error.message, ...(fix === "" ? {} : { fix }) },
    };
    stdout.write(`${JSON.stringify(body)}\n`);
    return code;
  }
  const { style } = output;
  stderr.write(`${style.red(error instanceof Stop ? "stopped:" : "error:")} ${error.message}\n`);
  if (fix !== "") stderr.write(`  ${style.dim("→")} ${fix}\n`);
  if ((env["X402_PAYWALL_DEBUG"] ?? "") !== "" && error.cause instanceof Error)
    stderr.write(`${error.cause.stack}\n`);
  return code;
}
