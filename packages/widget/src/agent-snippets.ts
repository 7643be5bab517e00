import type { PaymentPageInput } from "@x402-paywall/core";

/** Lines for a shell and the offer as JSON: what somebody needs who pays with a program. */
export interface AgentSnippets {
  readonly ask: string;
  /** Only in TEST mode, where the sandbox wallet pays. */
  readonly pay: string | null;
  readonly use: string | null;
  readonly offer: string;
}

const jsonHeader = "-H 'Content-Type: application/json'";

export function agentSnippets(input: PaymentPageInput): AgentSnippets {
  const { lightning, sandboxPayUrl, resourceUrl, evm } = input;
  const call = [...callOptions(input.method), quoteShell(resourceUrl)];
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
    ask: shellLines(["curl -i", ...call]),
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
