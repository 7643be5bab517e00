import { formatUsd } from "@x402-paywall/core";
import { PayingError } from "@x402-paywall/core/client";
import { CliError } from "../cli-error.ts";
import { toUnreachable } from "../network-error.ts";
import { Stop } from "../terminal.ts";
import type { ChallengeView } from "./read-challenge.ts";

/** Says how far a payment came when it failed. */
export function toPayError(error: unknown, url: URL, challenge: ChallengeView | undefined): unknown {
  if (error instanceof CliError) return error;
  if (!(error instanceof PayingError)) {
    return error instanceof TypeError || challenge === undefined ? toUnreachable(error, url.origin) : error;
  }
  const { code, message, cause } = error;
  // What a question to the user was answered with.
  if (cause instanceof CliError || cause instanceof Stop) return cause;
  const reason = cause instanceof Error ? cause.message : "";
  switch (code) {
    case "budget_exceeded":
      return new CliError("budget", `${message}.`, `Nothing was paid. ${raise(challenge)}`);
    case "payment_failed":
      return new CliError(
        "not_accepted",
        `${reason === "" ? message : reason}.`,
        "Nothing was paid. Try another offer: --prefer x402, l402 or mpp.",
      );
    case "paid_without_answer":
      return new CliError(
        "paid_without_answer",
        `${message}${reason === "" ? "" : `: ${reason}`}.`,
        "Look at the server's log; the payment itself stands.",
        { cause: error },
      );
    case "body_not_repeatable":
      return new CliError("usage", message, "Give the body with -d.");
  }
}

function raise(challenge: ChallengeView | undefined): string {
  const { usd } = challenge ?? {};
  return usd === undefined || !/^\d+\.\d+$/.test(usd)
    ? "Raise --budget or --max-payment."
    : `It costs ${usd} USD: raise --budget or --max-payment to ${usd}.`;
}

/** Dollars as they are shown everywhere. */
export function showUsd(amount: bigint): string {
  return `$${formatUsd(amount)}`;
}
