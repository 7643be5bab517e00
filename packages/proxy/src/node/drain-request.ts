import type { IncomingMessage } from "node:http";

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Lets a body run out that nobody wants, so that the client reads our answer before its socket closes and may use the
 * connection again; but not for ever.
 */
export function drainRequest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  const giveUp = (): void => void request.socket.destroy();
  const timer = setTimeout(giveUp, MAX_MS);
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) giveUp();
  });
  request.on("close", () => clearTimeout(timer));
  request.on("error", () => undefined);
  request.resume();
}
