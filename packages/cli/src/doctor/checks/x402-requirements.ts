import { isJsonObject, type Json, type JsonObject } from "@x402-paywall/core";
import { defaultTokens } from "@x402-paywall/core/client";
import { textOf } from "../../text-of.ts";

export interface RequirementFaults {
  /** Members that are missing or of another kind. */
  readonly shape: readonly string[];
  /** What is wrong with the token's EIP-712 domain. */
  readonly domain: readonly string[];
}

const CAIP2 = /^[a-z0-9-]{3,8}:[-_A-Za-z0-9]{1,32}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** What a payer would stumble over in one of `accepts`. */
export function describeRequirements(offer: JsonObject): RequirementFaults {
  return { shape: shapeFaults(offer), domain: domainFaults(offer) };
}

function shapeFaults({
  scheme,
  network,
  amount,
  asset,
  payTo,
  maxTimeoutSeconds,
}: JsonObject): readonly string[] {
  const isEvm = typeof network === "string" && network.startsWith("eip155:");
  const faults: string[] = [];
  const want = (ok: boolean, fault: string): void => void (ok || faults.push(fault));
  want(typeof scheme === "string" && scheme !== "", "scheme is missing");
  want(typeof network === "string" && CAIP2.test(network), `network is not CAIP-2: ${shown(network)}`);
  want(
    typeof amount === "string" && /^(?:0|[1-9]\d*)$/.test(amount),
    `amount is not a string of whole atomic units: ${shown(amount)}`,
  );
  for (const [name, value] of Object.entries({ asset, payTo })) {
    if (typeof value !== "string" || value === "") faults.push(`${name} is missing`);
    else if (isEvm && !ADDRESS.test(value)) faults.push(`${name} is no address: ${shown(value)}`);
  }
  want(
    typeof maxTimeoutSeconds === "number" && Number.isSafeInteger(maxTimeoutSeconds) && maxTimeoutSeconds > 0,
    `maxTimeoutSeconds is no whole number of seconds: ${shown(maxTimeoutSeconds)}`,
  );
  return faults;
}

/** Permit2 signs with a domain of its own. */
function domainFaults({ scheme, network, asset, extra }: JsonObject): readonly string[] {
  const members: JsonObject = isJsonObject(extra) ? extra : {};
  const isTransfer = scheme === "exact" && (members.assetTransferMethod ?? "eip3009") === "eip3009";
  if (!isTransfer || typeof network !== "string" || !network.startsWith("eip155:")) return [];
  const { name, version } = members;
  if (typeof name !== "string" || typeof version !== "string")
    return ["extra.name or extra.version is missing"];
  const known = defaultTokens.find(
    (token) => token.network === network && token.asset.toLowerCase() === textOf(asset).toLowerCase(),
  );
  if (known === undefined || (known.name === name && known.version === version)) return [];
  return [
    `${network}'s USDC is {"name":"${known.name}","version":"${known.version}"}, not ${shown(name)} ${shown(version)}`,
  ];
}

function shown(json: Json | undefined): string {
  return json === undefined ? "missing" : JSON.stringify(json).slice(0, 80);
}
