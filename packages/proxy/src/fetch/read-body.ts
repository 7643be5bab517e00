import { concatBytes, PaywallError } from "@x402-paywall/core";

/** Reads a stream to its end. @throws PaywallError `payload_too_large` */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...chunks);
    bytes += value.length;
    if (bytes > maxBytes) {
      // Not waited for: of a clone it ends only when the other copy is given up as well.
      reader.cancel().catch(() => undefined);
      throw new PaywallError("payload_too_large", { detail: `At most ${maxBytes} bytes.` });
    }
    chunks.push(value);
  }
}
