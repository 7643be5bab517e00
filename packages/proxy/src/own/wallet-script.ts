import type { Crypto } from "@x402-paywall/core";
import { PaywallError, toBase64Url, utf8 } from "@x402-paywall/core";
import { answer, type Refused } from "../response.ts";
import type { Site } from "../site.ts";
import type { Visit } from "../visit.ts";

interface ScriptOptions {
  /** The script itself. */
  readonly walletScript?: string | undefined;
  readonly crypto: Crypto;
}

/** Where payment pages find the script that pays from a browser's wallet, by its content: a new one has a new address. */
export function walletScriptUrl(slug: string, version: string, site: Site): string {
  return `${site.own(slug, "wallet.js")}?v=${version}`;
}

/** Names the script's content; `undefined` where there is none. */
export function walletScriptVersion({ walletScript, crypto }: ScriptOptions): string | undefined {
  return walletScript === undefined
    ? undefined
    : toBase64Url(crypto.sha256(utf8(walletScript)).subarray(0, 9));
}

/** `GET /p/<slug>/.wallet.js?v=<version>`. */
export function answerWalletScript({ request, target }: Visit, options: ScriptOptions): Refused {
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const { walletScript } = options;
  if (walletScript === undefined)
    throw new PaywallError("not_found", { detail: "No script for wallets is served here." });
  // While instances are replaced, one may be asked for another one's script: that answer must not be kept.
  const isAsked = target?.query === `v=${walletScriptVersion(options) ?? ""}`;
  const cache = isAsked ? "public, max-age=31536000, immutable" : "no-cache";
  const headers = [
    ["Content-Type", "text/javascript; charset=utf-8"],
    ["Cache-Control", cache],
  ] as const;
  return answer(request, 200, headers, walletScript);
}
