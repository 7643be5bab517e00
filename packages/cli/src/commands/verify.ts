import type { Command } from "commander";
import type { VerifyFlags } from "../receipt/run-verify.ts";
import type { CliContext } from "./invocation.ts";

/** `verify <receipt>`: whether a receipt is genuine, and what it says. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command("verify")
    .summary("check a receipt's signature and print what it says")
    .description(
      "Checks the signature of a receipt with the keys that its server publishes, or with those in a file.",
    )
    .argument("<receipt>", "an address, an id (with --instance), a JWS, a file, or - for stdin")
    .option("--instance <url>", "where the receipt is from")
    .option("--jwks <file or url>", "the keys; with a file nothing is asked of the network")
    .action((receipt: string, flags: VerifyFlags, command: Command) =>
      context.run(command, async (cli) => {
        const { runVerify } = await import("../receipt/run-verify.ts");
        return runVerify(receipt, flags, cli);
      }),
    );
}
