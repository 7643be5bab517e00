import { Argument, type Command } from "commander";
import { completionScript, type Shell, shells } from "../completion/scripts.ts";
import { describeTree } from "../completion/describe-tree.ts";
import type { CliContext } from "./invocation.ts";

/** `completion <shell>`: a script that completes commands and flags. */
export function addCompletionCommand(program: Command, context: CliContext): void {
  program
    .command("completion")
    .summary("print a completion script for bash, zsh or fish")
    .description(
      'Prints a script that completes commands and flags. For bash: eval "$(x402-paywall completion bash)"',
    )
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .action((shell: Shell, _: object, own: Command) =>
      context.run(own, async ({ output }) => {
        const script = completionScript(shell, describeTree(program));
        output.result({ shell, script }, () => script.trimEnd());
      }),
    );
}
