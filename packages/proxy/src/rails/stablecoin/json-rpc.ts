import { isJsonObject, parseJson } from "@x402-paywall/core";
import type { HttpSend } from "../../http-send.ts";
import { evm } from "./sdk.ts";

const TIMEOUT_MS = 5000;
/** The transfers of a busy payer within an hour, or the code of a large contract. */
const MAX_BYTES = 4_194_304;

/**
 * A viem transport over the rail's own way out, so that chains are read through the same module as everything else. Only
 * reads pass here: whoever reads may ask again, and once more is enough.
 */
export function jsonRpc(url: string, send: HttpSend, timeoutMs = TIMEOUT_MS) {
  let id = 0;
  const request = async ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params: params ?? [] });
    const answer = await send({ method: "POST", url, body, timeoutMs, maxBytes: MAX_BYTES });
    const json = parseJson(answer.body);
    if (!isJsonObject(json)) throw new Error(`The chain's RPC answered ${answer.status} without JSON`);
    if (isJsonObject(json.error)) throw new RpcError(json.error);
    if (!("result" in json)) throw new Error(`The chain's RPC answered ${answer.status} without a result`);
    return json.result;
  };
  return evm.custom({ request }, { retryCount: 1, retryDelay: 100 });
}

/** As EIP-1474 has it; viem tells by `code` what it is worth. Its message stays ours: nodes put URLs with keys into theirs. */
class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor({ code, data }: { readonly code?: unknown; readonly data?: unknown }) {
    super("The chain's RPC refused");
    this.code = typeof code === "number" ? code : -32_603;
    this.data = data;
  }
}
