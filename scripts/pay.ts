/**
 * `npm run -s pay -- URL [-d JSON] [-o FILE] [-w x402|l402|mpp]`: pays a TEST link as an agent would, with a random key
 * or the sandbox wallet of APP_URL, and streams the answer to stdout.
 */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { formatUsd } from "@x402-paywall/core";
import { createPayingFetch, PayingError, type PayingEvent, type PayingWire } from "@x402-paywall/core/client";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

const MAX_USD = 1_000_000n;
const wires: readonly PayingWire[] = ["x402", "l402", "mpp"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", short: "d" },
    output: { type: "string", short: "o" },
    wire: { type: "string", short: "w" },
  },
});
const [url] = positionals;
if (url === undefined || !URL.canParse(url)) {
  fail("Name the link: npm run -s pay -- http://127.0.0.1:4020/p/demo-json");
}
const prefer = wires.filter((wire) => values.wire === undefined || wire === values.wire);
if (prefer.length === 0) fail(`-w takes one of ${wires.join(", ")}.`);

const appUrl = process.env["APP_URL"] ?? `http://localhost:${process.env["PORT"] ?? 3000}`;
const pay = createPayingFetch({
  wallets: { evm: privateKeyToAccount(generatePrivateKey()), lightning: { payInvoice } },
  rateMsatPerUsd: 1_000_000n,
  budget: { perPaymentUsd: MAX_USD },
  prefer,
  onEvent: report,
});

try {
  const answer = await pay(
    url,
    values.data === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: values.data },
  );
  const target = values.output === undefined ? process.stdout : createWriteStream(values.output);
  if (answer.body) await pipeline(answer.body, target, { end: target !== process.stdout });
  if (!answer.ok) fail(`\nThe link answered ${answer.status}.`);
} catch (error) {
  const reason = error instanceof PayingError ? `${error.code}: ${error.message}` : String(error);
  fail(`${reason}\nIs the instance running (npm start), and does the link belong to it?`);
}

/** The sandbox wallet of the instance: pays its TEST invoices with nobody's money. */
async function payInvoice(bolt11: string): Promise<{ preimage: string }> {
  const answer = await fetch(`${appUrl}/api/v1/sandbox/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ bolt11 }),
  });
  const body: unknown = await answer.json();
  if (typeof body === "object" && body !== null && "preimage" in body && typeof body.preimage === "string") {
    return { preimage: body.preimage };
  }
  throw new Error(`The sandbox wallet at ${appUrl} answered ${answer.status}`);
}

function report(event: PayingEvent): void {
  const line = {
    paying: `402 · paying ${formatUsd(event.amountUsd)} USD over ${event.wire}`,
    paid: "paid · asking again with the credential",
    retrying: "retrying",
    answered: "answered",
  }[event.type];
  const status = "status" in event ? ` · ${event.status}` : "";
  process.stderr.write(`${line}${status}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
