import type { Command } from "commander";
import { Option } from "commander";
import { readUsd } from "../read-usd.ts";
import type { CliContext } from "./invocation.ts";
import { readWires } from "./flag-readers.ts";
import { collect } from "./flag-readers.ts";
import type { PayFlags } from "../payer/run-pay.ts";

/** `pay <url>`: pays as an agent within a budget, shows each step, streams the answer to stdout. */
export function addPayCommand(program: Command, context: CliContext): void {
  program
    .command("pay")
    .summary("pay a link as an agent would, and print what it answers")
    .description(
      "Asks for a URL, pays what its 402 wants within a budget, and streams the answer to stdout as it arrives. TEST links alone: no wallet here holds real money.",
    )
    .argument("<url>", "the paid link")
    .option("-X, --method <method>", "default: GET, or POST with -d")
    .option("-H, --header <line>", 'a header, "Name: value"; may be repeated', collect)
    .option("-d, --data <text>", "the body; @file reads a file, @- stdin")
    .option("-o, --output <file>", "write the answer there")
    .addOption(
      new Option("--budget <usd>", "the most that all of it may cost")
        .default(1_000_000n, "1.00")
        .argParser(readUsd),
    )
    .option("--max-payment <usd>", "the most that one payment may cost", readUsd)
    .addOption(
      new Option("--wallet <name>", "evm-key: the key in X402_PAYWALL_EVM_KEY, on Base Sepolia")
        .choices(["sandbox", "evm-key"])
        .default("sandbox"),
    )
    .option("-w, --prefer <wires>", "x402, l402, mpp: in this order, and no other", readWires)
    .option("--instance <url>", "whose TEST wallet pays Lightning invoices, where the link names none")
    .option("--save-token <file>", "keep the access token that a bundle, a pass or a balance comes with")
    .option("-y, --yes", "pay without a question (evm-key)")
    .option("--dry-run", "show what would be paid, and pay nothing")
    .action((url: string, flags: PayFlags, command: Command) =>
      context.run(command, async (cli) => {
        const { runPay } = await import("../payer/run-pay.ts");
        return runPay(url, flags, cli);
      }),
    );
}
