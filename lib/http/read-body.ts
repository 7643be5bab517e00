import { PaywallError } from "@x402-paywall/core";

/** What a JSON request may weigh unless its route says otherwise. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/**
 * The request's body, never more than so many bytes of it in memory.
 * @throws PaywallError `payload_too_large`
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) return Buffer.concat(chunks);
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(part.value);
  }
}

function tooLarge(maxBytes: number): PaywallError {
  return new PaywallError("payload_too_large", {
    detail: `Send at most ${Math.floor(maxBytes / 1024)} KiB.`,
  });
}
