import { formatUsd } from "@x402-paywall/core";
import { topUpOf } from "../parts/slip.ts";
import type { Slip } from "../parts/slip.ts";

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
  /** `use` for the page's script, which fills `{authorization}` between its quotes. */
  readonly handedOut: string;
  readonly offer: string;
}

const jsonHeader = "-H 'Content-Type: application/json'";

export function agentSnippets(slip: Slip): AgentSnippets {
  const { lightning, sandboxPayUrl, resourceUrl, terms, amount } = slip;
  const call = [...callOptions(slip.method), quoteShell(resourceUrl)];
  const isTopUp = topUpOf(terms) !== undefined;
  // A top-up has its amount in its address.
  const choosesAmount = slip.choice !== undefined && !isTopUp && amount !== undefined;
  const header = choosesAmount ? [`-H 'Paywall-Amount: ${formatUsd(amount)}'`] : [];
  // Of a server that is not ours it may hold anything, and it stands between quotes that a shell expands.
  const byToken = lightning !== null && /^[A-Za-z0-9+/_=-]+$/.test(lightning.token);
  return {
    ask: shellLines(["curl -i", ...header, ...call]),
    choosesAmount,
    pay:
      lightning === null || sandboxPayUrl === ""
        ? null
        : shellLines([
            `curl ${quoteShell(sandboxPayUrl)}`,
            jsonHeader,
            `-d '{"bolt11":"${lightning.bolt11}"}'`,
          ]),
    use: byToken
      ? shellLines(["curl", `-H "Authorization: L402 ${lightning.token}:$PREIMAGE"`, ...call])
      : null,
    again:
      isTopUp || terms === undefined || terms.kind === "use"
        ? null
        : shellLines(["curl", '-H "Authorization: Bearer $ACCESS_TOKEN"', ...call]),
    handedOut: shellLines(["curl", "-H 'Authorization: {authorization}'", ...call]),
    offer: JSON.stringify(describeOffer(slip), undefined, 2),
  };
}

/** Seal and quote are for machines, which read them from the header. */
function describeOffer({ amount, mode, lightning, msat, x402 }: Slip): object {
  return {
    ...(amount === undefined ? {} : { price: { amount: amount.toString(), unit: "micro-usd" } }),
    mode,
    ...(lightning === null ? {} : { lightning: { amountMsat: `${msat ?? ""}`, invoice: lightning.bolt11 } }),
    accepts: x402.map(({ scheme, network, amount: units, asset, payTo }) => ({
      scheme,
      network,
      amount: units,
      asset,
      payTo,
    })),
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
