import { once } from "node:events";
import type { Writable } from "node:stream";

/** Writes and waits until the stream wants more. Rejects with the signal's reason, or with what the stream failed with. */
export async function writeAll(
  stream: Writable,
  chunk: Uint8Array | string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (chunk.length === 0 || stream.write(chunk)) return;
  await once(stream, "drain", { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}
