/** Reads OpenAI-shaped streams as a payer does, and knows what arrived. */
export interface ReadStream {
  /** Complete deltas with text: one token each at the demo upstream. */
  readonly tokens: number;
  readonly text: string;
  /** Milliseconds after the request was sent. */
  readonly firstChunkAt: number;
}

/** Reads all of a stream, or leaves after so many bytes. */
export async function readStream(
  answer: Response,
  sentAt: number,
  leave?: { readonly afterBytes: number; readonly controller: AbortController },
): Promise<ReadStream> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  let firstChunkAt = Number.NaN;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    if (Number.isNaN(firstChunkAt)) firstChunkAt = performance.now() - sentAt;
    text += decoder.decode(chunk.value, { stream: true });
    bytes += chunk.value.length;
    if (leave !== undefined && bytes >= leave.afterBytes) {
      leave.controller.abort();
      // The signal of a Request that was collected as garbage reaches nobody; cancelling closes the socket in any case.
      // oxlint-disable-next-line no-await-in-loop
      await reader?.cancel().catch(() => {});
      break;
    }
  }
  return { tokens: countTokens(text), text, firstChunkAt };
}

function countTokens(text: string): number {
  return [...text.matchAll(/"content":"(?!")[^\n]*\n\n/g)].length;
}

/** What the stream itself said that it cost, in µUSD. */
export function chargedOf(text: string): bigint {
  const encoded = /^: payment-receipt (\S+)$/m.exec(text)?.[1] ?? "";
  const receipt = JSON.parse(Buffer.from(encoded, "base64url").toString()) as { charged: string };
  return toMicro(receipt.charged);
}

/** `"0.000012"` is 12. */
export function toMicro(usd: string): bigint {
  const [whole = "0", fraction = ""] = usd.split(".");
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
}
