import { asObject, asText, explain, readObject, toProblem } from "./problem.ts";

/** Pays an invoice and resolves to its preimage; empty where the wallet does not tell. @throws WalletRefused, or what a broken network throws */
export type PayInvoice = (bolt11: string) => Promise<string>;

/** A wallet did not pay; the message is for the person, and may be empty. */
export class WalletRefused extends Error {
  override readonly name = "WalletRefused";
}

/** TEST mode's wallet: pays every invoice of its instance. */
export function sandboxWallet(url: string): PayInvoice {
  return async (bolt11) => {
    const answer = await postJson(url, { bolt11 });
    const body = await readObject(answer);
    if (!answer.ok) throw new WalletRefused(explain(toProblem(body)));
    return asText(body["preimage"]);
  };
}

/** The wallet that a browser extension provides as `window.webln` (https://www.webln.guide), where there is one. */
export function findWebLn(): PayInvoice | undefined {
  const provider: unknown = Reflect.get(globalThis, "webln");
  if (!isWebLn(provider)) return undefined;
  return async (bolt11) => {
    try {
      await provider.enable();
      const paid: unknown = await provider.sendPayment(bolt11);
      return asText(asObject(paid)["preimage"]).toLowerCase();
    } catch (error) {
      throw new WalletRefused(error instanceof Error ? error.message : "");
    }
  };
}

/** Without cookies to other origins. */
export function postJson(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

interface WebLn {
  enable(): Promise<unknown>;
  sendPayment(bolt11: string): Promise<unknown>;
}

function isWebLn(provider: unknown): provider is WebLn {
  if (typeof provider !== "object" || provider === null) return false;
  return ["enable", "sendPayment"].every((name) => typeof Reflect.get(provider, name) === "function");
}
