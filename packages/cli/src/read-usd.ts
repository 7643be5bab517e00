import { parseUsd } from "@x402-paywall/core";
import { InvalidArgumentError } from "commander";

/** Dollars of the command line, with or without `$`, in µUSD. @throws InvalidArgumentError */
export function readUsd(text: string): bigint {
  const amount = parseUsd(text.trim().replace(/^\$/, ""));
  if (amount === undefined)
    throw new InvalidArgumentError("Write US dollars with at most six decimals, such as 0.01.");
  return amount;
}
