/** Unmodified clients of other projects, each with the least a user would write. */
import { fetch402, fetchWithL402 } from "@getalby/lightning-tools/402";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

export type PayingFetch = (url: string, init?: RequestInit) => Promise<Response>;

export type SandboxWallet = ReturnType<typeof createSandboxWallet>;

/** `@x402/fetch` with a random key: nothing in it knows of this project. @param send What it sends with. */
export function createX402Client(send: typeof fetch = fetch): PayingFetch {
  const account = privateKeyToAccount(generatePrivateKey());
  return wrapFetchWithPaymentFromConfig(send, {
    schemes: [
      { network: "eip155:*", client: new UptoEvmScheme(account) },
      { network: "eip155:*", client: new ExactEvmScheme(account) },
    ],
  });
}

/** A Lightning wallet in five lines, backed by the sandbox of an instance, or of an application at `/.paywall/sandbox/pay`. */
export function createSandboxWallet(appUrl: string, path = "/api/v1/sandbox/pay") {
  return {
    async payInvoice({ invoice }: { invoice: string }): Promise<{ preimage: string }> {
      const answer = await fetch(`${appUrl}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ bolt11: invoice }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as { preimage: string };
    },
  };
}

/** Alby's helpers. */
export function createAlbyClient(
  appUrl: string,
  helper: "fetch402" | "fetchWithL402",
  wallet: SandboxWallet = createSandboxWallet(appUrl),
): PayingFetch {
  const call = helper === "fetch402" ? fetch402 : fetchWithL402;
  return (url, init = {}) => call(url, init, { wallet });
}

/** When each chunk of a body arrived, in ms after the call, and the whole text. */
export async function readTimed(response: Response): Promise<{ times: number[]; text: string }> {
  const reader = response.body?.getReader();
  if (!reader) return { times: [], text: "" };
  const started = performance.now();
  const decoder = new TextDecoder();
  const times: number[] = [];
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { times, text: text + decoder.decode() };
    times.push(performance.now() - started);
    text += decoder.decode(value, { stream: true });
  }
}
