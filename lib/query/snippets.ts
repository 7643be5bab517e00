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

/** A stock x402 client; in TEST mode any key pays. */
export function agentSnippet(url: string): string {
  return `// npm install @x402/fetch @x402/evm viem
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { ExactEvmScheme } from "@x402/evm";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

const account = privateKeyToAccount(generatePrivateKey()); // TEST: any key pays
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: "eip155:*", client: new ExactEvmScheme(account) }],
});

const response = await pay(${JSON.stringify(url)});
console.log(response.status, await response.text());`;
}
