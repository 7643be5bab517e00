import type { PayingWire } from "@x402-paywall/core/client";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import type { ExitName } from "../exit-codes.ts";
import { readUrl } from "../read-url.ts";
import { confirmPayment } from "./confirm-payment.ts";
import { deliver } from "./deliver.ts";
import { describeStep } from "./describe-step.ts";
import { payLink, type PaidAnswer } from "./pay-link.ts";
import { readRequest, type RequestFlags } from "./read-request.ts";
import { tellAnswer, tellEnd } from "./tell-answer.ts";
import { showUsd } from "./to-pay-error.ts";
import type { WalletName } from "./wallets.ts";

export interface PayFlags extends RequestFlags {
  readonly budget: bigint;
  readonly maxPayment?: bigint;
  readonly wallet: WalletName;
  readonly prefer?: readonly PayingWire[];
  readonly output?: string;
  readonly instance?: string;
  readonly saveToken?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** @throws CliError; Stop */
export async function runPay(link: string, flags: PayFlags, cli: Invocation): Promise<ExitName> {
  const { terminal, output } = cli;
  const { env, signal } = terminal;
  const url = readUrl(link);
  const request = await readRequest(flags, terminal);
  const started = performance.now();
  const confirm = flags.wallet === "sandbox" || flags.yes === true ? {} : { confirm: confirmPayment(cli) };
  const answer = await payLink(
    {
      ...request,
      ...confirm,
      url,
      env,
      signal,
      budget: flags.budget,
      maxPayment: flags.maxPayment,
      prefer: flags.prefer ?? ["x402", "l402", "mpp"],
      wallet: flags.wallet,
      instance: flags.instance === undefined ? undefined : readUrl(flags.instance, "--instance").origin,
      dryRun: flags.dryRun === true,
    },
    (step) => {
      if (flags.dryRun !== true || step.type !== "paying")
        output.event(step, () => describeStep(step, output.style));
    },
  );
  const { response, payment } = answer;
  if (response === undefined) return endDryRun(payment, cli);
  const elapsed = () => Math.round(performance.now() - started);
  tellAnswer(answer, response, elapsed(), output);
  await saveToken(response, flags.saveToken, cli);
  const wasPaid = payment !== undefined;
  const streamed = await deliver({ response, url, wasPaid, file: flags.output }, cli);
  tellEnd(streamed, elapsed(), output);
  if (response.ok || response.status === 304) return "ok";
  throw refusedError(response.status, wasPaid);
}

function endDryRun(payment: PaidAnswer["payment"], { output }: Invocation): ExitName {
  const amount = payment === undefined ? "" : `${showUsd(payment.amountUsd)} over ${payment.wire}`;
  output.event({ type: "dry-run", payment }, () => `Would pay ${amount}. Nothing was paid.`);
  return "ok";
}

/** The token is worth the money: for its owner's eyes alone, and never on a screen. */
async function saveToken(
  response: Response,
  file: string | undefined,
  { terminal, output }: Invocation,
): Promise<void> {
  const token = response.headers.get("paywall-access-token");
  if (file === undefined) return;
  if (token === null) return output.note("  no access token came: the payment was for this one request");
  const path = resolve(terminal.cwd, file);
  await writeFile(path, `${token}\n`, { mode: 0o600 }).catch((cause: unknown) => {
    // The answer that was paid for still follows.
    output.note(`  the access token could not be written to ${path}: ${String(cause)}`);
  });
  output.note(`  access token in ${path}`);
}

function refusedError(status: number, wasPaid: boolean): CliError {
  if (status === 402)
    return new CliError(
      "not_accepted",
      "The server took the payment and still asks for one.",
      "The body above says why; x402-paywall doctor --pay looks closer.",
    );
  const fix = wasPaid
    ? "The receipt says whether it was charged: x402-paywall verify <receipt>."
    : "The body above says why.";
  return new CliError("answered_with_error", `The server answered ${status}.`, fix);
}
