import { decodeBolt11, isJsonObject, parseJson } from "@x402-paywall/core";
import type { LightningWallet } from "@x402-paywall/core/client";
import { isPublicAddress } from "@x402-paywall/proxy/node";
import { isIP } from "node:net";
import { isLoopback } from "../read-url.ts";
import { TEST_INVOICE } from "./read-challenge.ts";

export interface SandboxLightningOptions {
  /** Where a TEST wallet may take the invoice, best first; asked for each payment. */
  readonly payUrls: () => readonly string[];
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;

/** Has regtest invoices paid by the wallet of the server that made them; pays no other. */
export function createSandboxLightning({ payUrls, signal }: SandboxLightningOptions): LightningWallet {
  return {
    async payInvoice(bolt11) {
      if (decodeBolt11(bolt11)?.prefix !== TEST_INVOICE)
        throw new Error("The invoice is not of a test network, and the sandbox wallet has no real money");
      for (const url of payUrls()) {
        // oxlint-disable-next-line no-await-in-loop -- the next one is asked only where this one is no wallet
        const preimage = await ask(url, bolt11, signal);
        if (preimage !== undefined) return { preimage };
      }
      throw new Error(
        "No TEST wallet takes the invoice: the server names none, and its usual places have none",
      );
    },
  };
}

/** @returns `undefined` where no wallet is. @throws Error with what the wallet says. */
async function ask(url: string, bolt11: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ bolt11 }),
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).catch(() => undefined);
  signal.throwIfAborted();
  if (answer === undefined || [402, 404, 405].includes(answer.status)) return undefined;
  const json = parseJson(await answer.text());
  const body = isJsonObject(json) ? json : {};
  if (typeof body.preimage === "string") return body.preimage;
  const said = typeof body.detail === "string" ? body.detail : `status ${answer.status}`;
  throw new Error(`The TEST wallet at ${new URL(url).host} refused: ${said}`);
}

export interface PayUrlPlaces {
  /** The paid link. */
  readonly link: URL;
  /** As its 402 names it. */
  readonly named: string | undefined;
  /** An instance that the user named. */
  readonly instance: string | undefined;
}

/**
 * A link on the Internet may not make this machine call itself or its neighbours: what it names must be public, unless
 * the link itself is local.
 */
export function listPayUrls({ link, named, instance }: PayUrlPlaces): readonly string[] {
  const url = named === undefined ? null : URL.parse(named, link.href);
  const isFine =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    (isLoopback(link.hostname) || isPublicHost(url.hostname));
  return [
    ...(isFine ? [url.href] : []),
    `${link.origin}/.paywall/sandbox/pay`,
    ...(instance === undefined ? [] : [`${instance}/api/v1/sandbox/pay`]),
    `${link.origin}/api/v1/sandbox/pay`,
  ];
}

function isPublicHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? hostname.includes(".") && !isLoopback(hostname) : isPublicAddress(bare);
}
