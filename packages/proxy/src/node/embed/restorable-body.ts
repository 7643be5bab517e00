import { PaywallError } from "@x402-paywall/core";
import type { IncomingMessage } from "node:http";

/**
 * Reads a whole body and puts it back, so that the application's own parser finds it untouched. What makes it possible:
 * `end` is only emitted by a read of an empty buffer, and until then `unshift` is allowed (Node's stream contract).
 * @throws PaywallError `payload_too_large`; rejects when the payer leaves.
 */
export async function readRestorable(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!hasBody(request)) return new Uint8Array(0);
  if (request.readableEnded || request.readableFlowing === true) {
    throw new PaywallError("internal", {
      detail: "The request body was read before the paywall: mount it before the body parser.",
    });
  }
  // Until what came with the head is parsed: to listen for `readable` would end a body that is empty and complete.
  await Promise.resolve();
  if (request.complete && request.readableLength === 0) return new Uint8Array(0);
  const body = await collect(request, maxBytes);
  if (body.length > 0) request.unshift(body);
  return body;
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (act: () => void): void => {
      request.off("readable", take).off("error", fail).off("close", leave);
      act();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const leave = (): void => fail(new Error("The payer has left"));
    const take = (): void => {
      while (request.readableLength > 0) {
        // Exactly what is there: reading past it would end the stream.
        const chunk: unknown = request.read(request.readableLength);
        if (!Buffer.isBuffer(chunk)) break;
        bytes += chunk.length;
        if (bytes > maxBytes) return settle(() => reject(tooLarge(maxBytes)));
        chunks.push(chunk);
      }
      if (request.complete) settle(() => resolve(Buffer.concat(chunks)));
    };
    request.on("readable", take).on("error", fail).on("close", leave);
    if (request.complete) take();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function tooLarge(maxBytes: number): PaywallError {
  return new PaywallError("payload_too_large", { detail: `At most ${maxBytes} bytes.` });
}
