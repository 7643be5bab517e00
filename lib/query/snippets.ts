import type { EndpointDto, ModeDto } from "./dto.ts";

/** Single quotes for a POSIX shell: nothing inside is interpreted. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Asks for the price: the first command somebody tries. */
export function curlQuote(url: string): string {
  return `curl -i ${shellQuote(url)}`;
}

/** L402 by hand against the sandbox wallet: ask, pay, present. Needs curl, jq and sed. */
export function curlL402(url: string, appUrl: string): string {
  return `url=${shellQuote(url)}
offer=$(curl -si "$url" | tr -d '\\r' | grep -i '^www-authenticate: L402')
token=$(printf %s "$offer" | sed 's/.*macaroon="\\([^"]*\\)".*/\\1/')
invoice=$(printf %s "$offer" | sed 's/.*invoice="\\([^"]*\\)".*/\\1/')
preimage=$(curl -s ${shellQuote(`${appUrl}/api/v1/sandbox/pay`)} \\
  -H 'content-type: application/json' -d "{\\"bolt11\\":\\"$invoice\\"}" | jq -r .preimage)
curl -i "$url" -H "Authorization: L402 $token:$preimage"`;
}

/** A stock x402 client; in TEST mode any key pays, in LIVE one that holds USDC. */
export function agentSnippet(url: string, mode: ModeDto): string {
  const key =
    mode === "test"
      ? "generatePrivateKey()); // TEST: any key pays"
      : "process.env.AGENT_KEY); // holds USDC; needs no ether";
  return `// npm install @x402/fetch @x402/evm viem
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { ExactEvmScheme } from "@x402/evm";
import { ${mode === "test" ? "generatePrivateKey, " : ""}privateKeyToAccount } from "viem/accounts";

const account = privateKeyToAccount(${key}
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: "eip155:*", client: new ExactEvmScheme(account) }],
});

const response = await pay(${JSON.stringify(url)});
console.log(response.status, await response.text());`;
}

type Prices = Pick<EndpointDto, "url" | "price" | "routes">;

/** Whether a payment at one of its prices buys more than the one request. */
export function buysMore({ price, routes }: Prices): boolean {
  return [price, ...routes.map((route) => route.price)].some(({ model }) =>
    ["bundle", "pass", "metered"].includes(model),
  );
}

/** What a payment left behind, used again: the token, what is left on it, and more money for it. */
export function accessSnippet({ url, price, routes }: Prices): string {
  const info = shellQuote(`${url}/.info`);
  const metered = [price, ...routes.map((route) => route.price)].some(({ model }) => model === "metered");
  const topUp = `

# Put more on it: a 402 with offers, to be paid like any other.
curl -i ${shellQuote(`${url}/.topup?amount=1.00&entitlement=`)}"$(curl -s ${info} \\
  -H "Authorization: Bearer $token" | jq -r .entitlement)"`;
  return `# The first paid answer names it: Paywall-Access-Token: pw_…
token=pw_…

# Ask again without paying.
curl -i ${shellQuote(url)} -H "Authorization: Bearer $token"

# What is left.
curl ${info} -H "Authorization: Bearer $token"${metered ? topUp : ""}`;
}
