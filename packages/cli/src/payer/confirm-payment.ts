import type { PayingWire } from "@x402-paywall/core/client";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import { askYes } from "../output/prompts.ts";
import { Stop } from "../terminal.ts";
import { showUsd } from "./to-pay-error.ts";

/** Asks before a key of the user's signs. @throws CliError where nobody can be asked; Stop for a no */
export function confirmPayment(cli: Invocation): (amountUsd: bigint, wire: PayingWire) => Promise<void> {
  return async (amountUsd, wire) => {
    if (!cli.canAsk)
      throw new CliError(
        "usage",
        "Nobody can be asked whether to pay.",
        "Nothing was paid. Add --yes to pay without a question.",
      );
    if (!(await askYes(`Pay ${showUsd(amountUsd)} over ${wire}?`, cli.terminal))) throw new Stop("cancelled");
  };
}
