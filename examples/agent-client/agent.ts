/** `npm start -- URL [-d JSON] [-X METHOD] [-H "name: value"] [-n TIMES] [-b DOLLARS] [-w x402|l402|mpp]`. */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { formatUsd, parseUsd } from "@x402-paywall/core";
import { createPayingFetch, PayingError, type PayingEvent, type PayingWire } from "@x402-paywall/core/client";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", short: "d" },
    method: { type: "string", short: "X" },
    header: { type: "string", short: "H", multiple: true, default: [] },
    times: { type: "string", short: "n", default: "1" },
    budget: { type: "string", short: "b", default: "0.50" },
    wire: { type: "string", short: "w" },
  },
});
const [url = "http://localhost:4101/weather"] = positionals;
const wires: readonly PayingWire[] = ["x402", "l402", "mpp"];
const totalUsd = parseUsd(values.budget) ?? 0n;
let spent = 0n;
/** Names what was bought, where that is more than one answer: asked with before anything is paid again. */
let token: string | null = null;

const pay = createPayingFetch({
  // TEST: any key is good, and the app pays its own invoices. LIVE: a wallet that holds USDC, a node of yours.
  wallets: { evm: privateKeyToAccount(generatePrivateKey()), lightning: { payInvoice } },
  rateMsatPerUsd: 1_000_000n,
  budget: { totalUsd },
  prefer: wires.filter((wire) => values.wire === undefined || values.wire === wire),
  onEvent: report,
});

try {
  for (let round = 0; round < Number(values.times); round++) await ask();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof PayingError) say(`${error.code}: ${error.message}`);
  else say(`${url} does not answer (${String(error)}). Is the example running?`);
}
say(`Spent ${formatUsd(spent)} of ${formatUsd(totalUsd)} USD.`);

async function ask(): Promise<void> {
  const { data, method = data === undefined ? "GET" : "POST" } = values;
  const headers = new Headers(values.header.map((line) => splitHeader(line)));
  if (data !== undefined) headers.set("content-type", "application/json");
  const init = { method, headers, ...(data === undefined ? {} : { body: data }) };
  say(`${method} ${url}`);
  const answer = (await askWithToken(init)) ?? (await pay(url, init));
  describe(answer);
  for await (const chunk of answer.body ?? [])
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  process.stdout.write("\n");
  await sayCharge(answer);
}

async function askWithToken(init: RequestInit & { readonly headers: Headers }) {
  if (token === null) return undefined;
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  const answer = await fetch(url, { ...init, headers });
  if (answer.status !== 402) return answer;
  // Used up, or over.
  token = null;
  await answer.body?.cancel();
  return undefined;
}

function describe({ status, headers }: Response): void {
  token = headers.get("paywall-access-token") ?? token;
  const names = [
    "content-range",
    "paywall-receipt",
    "paywall-balance",
    "paywall-uses-left",
    "paywall-expires",
  ];
  const said = names.flatMap((name) => (headers.has(name) ? [`${name} ${headers.get(name)}`] : []));
  say([status, ...said].join(" · "));
}

/** What a metered answer cost is known at its end. */
async function sayCharge({ headers }: Response): Promise<void> {
  const statement = headers.get("payment-receipt-url");
  if (statement === null) return;
  const { charged }: { readonly charged?: string } = await (await fetch(statement)).json();
  say(`charged ${charged ?? "?"} USD`);
}

function report(event: PayingEvent): void {
  if (event.type === "paying") say(`402 · pays ${formatUsd(event.amountUsd)} USD over ${event.wire}`);
  if (event.type === "paid") spent += event.amountUsd;
  if (event.type === "retrying") say(`${event.status} · asks again in ${event.afterSeconds} s`);
}

/** The sandbox wallet of the app that made the invoice. */
async function payInvoice(bolt11: string): Promise<{ readonly preimage: string }> {
  const wallet = new URL("/.paywall/sandbox/pay", url);
  const answer = await fetch(wallet, { method: "POST", body: JSON.stringify({ bolt11 }) });
  const { preimage = "" }: { readonly preimage?: string } = await answer.json();
  return { preimage };
}

function splitHeader(line: string): [string, string] {
  const [name = "", ...value] = line.split(":");
  return [name.trim(), value.join(":").trim()];
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
