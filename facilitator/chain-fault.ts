import { decodeErrorResult, HttpRequestError, isHex, parseAbi, RpcRequestError } from "viem";
import type { Hex } from "viem";

/** What Permit2 and the x402 proxies revert with, and Solidity's `require`. */
const knownErrors = parseAbi([
  "error Error(string reason)",
  "error InvalidNonce()",
  "error InvalidSigner()",
  "error InvalidSignature()",
  "error InvalidSignatureLength()",
  "error InvalidContractSignature()",
  "error SignatureExpired(uint256 signatureDeadline)",
  "error InvalidAmount(uint256 maxAmount)",
  "error InvalidAmount()",
  "error InvalidDestination()",
  "error InvalidOwner()",
  "error PaymentTooEarly()",
  "error Permit2612AmountMismatch()",
  "error AmountExceedsPermitted()",
  "error UnauthorizedFacilitator()",
]);

/** Why a chain did not do what it was asked: its contracts refuse (`reason`), or it could not be asked. */
export type ChainFault =
  | { readonly kind: "reverted"; readonly reason: string }
  | { readonly kind: "unreachable" };

/** Reads an error of viem. In doubt it is the node's fault, which decides nothing about a payment. */
export function readChainFault(error: unknown): ChainFault {
  for (const cause of listCauses(error)) {
    const data = readData(cause);
    if (data !== undefined) return { kind: "reverted", reason: decodeReason(data) };
    if (isObject(cause) && cause["name"] === "ContractFunctionZeroDataError")
      return { kind: "reverted", reason: "there is no such contract" };
    const { code, message } = isObject(cause) ? cause : {};
    // Not what the node says about it: that may repeat what it was asked, and with which key.
    if (code === 3 || (typeof code === "number" && /revert/i.test(String(message))))
      return { kind: "reverted", reason: "execution reverted" };
  }
  return { kind: "unreachable" };
}

/**
 * What a node said to a transaction. `nonce-taken`: another one has its nonce; `no-funds`: the wallet cannot pay it;
 * `refused`: it was not taken for another reason; `unknown`: nobody can say.
 */
export type BroadcastFault = "known" | "nonce-taken" | "no-funds" | "refused" | "unknown";

export function readBroadcastFault(error: unknown): BroadcastFault {
  for (const cause of listCauses(error)) {
    if (cause instanceof RpcRequestError) return readNodeWords(cause.details);
    if (cause instanceof HttpRequestError && [401, 403, 404, 429].includes(cause.status ?? 0))
      return "refused";
    if (isObject(cause) && ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(String(cause["code"])))
      return "refused";
  }
  return "unknown";
}

function readNodeWords(words: string): BroadcastFault {
  if (/already known|known transaction|already imported|already exists/i.test(words)) return "known";
  if (/nonce (is )?too low|nonce.*(used|lower)|replacement/i.test(words)) return "nonce-taken";
  if (/insufficient funds|insufficient balance/i.test(words)) return "no-funds";
  if (
    /underpriced|intrinsic gas|gas limit|fee cap|base fee|fee too low|gas price|txpool is full/i.test(words)
  )
    return "refused";
  return "unknown";
}

/** A few words of a contract: nothing in them that could be anything else. */
function shorten(words: string): string {
  return words
    .replace(/[^\w :.,()'-]/g, " ")
    .trim()
    .slice(0, 120);
}

function decodeReason(data: Hex): string {
  try {
    const { errorName, args } = decodeErrorResult({ abi: knownErrors, data });
    return shorten(errorName === "Error" ? args[0] : errorName);
  } catch {
    return `reverted with ${data.slice(0, 10)}`;
  }
}

function readData(cause: unknown): Hex | undefined {
  if (!isObject(cause)) return undefined;
  const { data, raw } = cause;
  const candidates = [raw, data, isObject(data) ? data["data"] : undefined];
  return candidates.find((value): value is Hex => isHex(value) && value.length >= 10);
}

function* listCauses(error: unknown): Generator {
  let current: unknown = error;
  for (let depth = 0; depth < 12 && current !== undefined && current !== null; depth++) {
    yield current;
    current = isObject(current) ? current["cause"] : undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
