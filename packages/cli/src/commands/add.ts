import type { Command } from "commander";
import type { AddFlags } from "../instance/run-add.ts";
import { addPriceOptions } from "../price-flags.ts";
import type { CliContext } from "./invocation.ts";

/** `add <url>`: registers an endpoint on an instance. */
export function addAddCommand(program: Command, context: CliContext): void {
  const command = program
    .command("add")
    .summary("register a URL on an instance, and get its link")
    .description(
      "Registers a URL as a paid endpoint on an instance, through its API, and prints the link to share.",
    )
    .argument("<url>", "what is sold")
    .option("--title <text>", "what the payment page calls it")
    .option("--slug <slug>", "the last part of the link")
    .option("--exact", "only this URL, not what is below it")
    .option("--instance <url>", "default: X402_PAYWALL_INSTANCE, or what keys use stored")
    .option("--key <key>", "an API key; better: X402_PAYWALL_KEY, or keys use")
    .option("--dry-run", "let the instance look at the URL, and change nothing");
  addPriceOptions(command).action((url: string, flags: AddFlags, own: Command) =>
    context.run(own, async (cli) => {
      const { runAdd } = await import("../instance/run-add.ts");
      return runAdd(url, flags, cli);
    }),
  );
}
