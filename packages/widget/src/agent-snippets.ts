import { formatUsd } from "@x402-paywall/core";
import type { PaymentPageInput } from "@x402-paywall/core";
import { topUpOf } from "./bought-text.ts";

/** Lines for a shell and the offer as JSON: what somebody needs who pays with a program. */
export interface AgentSnippets {
  readonly ask: string;
  /** `ask` names the amount in a header. */
  readonly choosesAmount: boolean;
  /** Only in TEST mode, where the sandbox wallet pays. */
  readonly pay: string | null;
  readonly use: string | null;
  /** With the access token; only where the payment buys more than one use. */
  readonly again: string | null;
  readonly offer: string;
}

const jsonHeader = "-H 'Content-Type: application/json'";

export function agentSnippets(input: PaymentPageInput): AgentSnippets {
  const { lightning, sandboxPayUrl, resourceUrl, evm } = input;
  const call = [...callOptions(input.method), quoteShell(resourceUrl)];
  const isTopUp = topUpOf(input) !== undefined;
  // A top-up has its amount in its address.
  const choosesAmount = typeof input.chooseUrl === "string" && !isTopUp;
  const header = choosesAmount ? [`-H 'Paywall-Amount: ${formatUsd(input.quote.amount)}'`] : [];
  const offer = {
    price: { amount: input.quote.amount.toString(), unit: "micro-usd" },
    mode: input.mode,
    ...(lightning === null
      ? {}
      : { lightning: { amountMsat: lightning.amountMsat.toString(), invoice: lightning.bolt11 } }),
    // Seal and quote are for machines, which read them from the header.
    accepts: evm.map(({ scheme, network, amount, asset, payTo }) => ({
      scheme,
      network,
      amount,
      asset,
      payTo,
    })),
  };
  return {
    ask: shellLines(["curl -i", ...header, ...call]),
    choosesAmount,
    pay:
      lightning === null || sandboxPayUrl === null
        ? null
        : shellLines([
            `curl ${quoteShell(sandboxPayUrl)}`,
            jsonHeader,
            `-d '{"bolt11":"${lightning.bolt11}"}'`,
          ]),
    use:
      lightning === null
        ? null
        : shellLines(["curl", `-H "Authorization: L402 ${lightning.token}:$PREIMAGE"`, ...call]),
    again:
      isTopUp || input.quote.terms.kind === "use"
        ? null
        : shellLines(["curl", '-H "Authorization: Bearer $ACCESS_TOKEN"', ...call]),
    offer: JSON.stringify(offer, undefined, 2),
  };
}

/** Quotes for a POSIX shell: nothing inside is expanded. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function callOptions(method: string): readonly string[] {
  if (method === "GET") return [];
  if (method === "HEAD") return ["-I"];
  const name = /^[A-Z]{1,20}$/.test(method) ? method : "POST";
  return [`-X ${name}`, ...(name === "DELETE" ? [] : [jsonHeader, "-d '{}'"])];
}

/** One command, an option a line. */
function shellLines(parts: readonly string[]): string {
  return parts.join(" \\\n  ");
}
