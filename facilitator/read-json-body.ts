import type { IncomingMessage } from "node:http";
import { PaywallError } from "@x402-paywall/core";

const MAX_BYTES = 65_536;

/** @throws PaywallError 415, 413 or 400 for what is no JSON document of at most 64 KiB */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json")
    throw new PaywallError("unsupported_media_type", { detail: "Content-Type must be application/json" });
  if (Number(request.headers["content-length"] ?? 0) > MAX_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(bytes);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new PaywallError("bad_request", { detail: "The body is not a JSON document in UTF-8" });
  }
}

function tooLarge(): PaywallError {
  return new PaywallError("payload_too_large", { detail: `The body may have ${MAX_BYTES} bytes` });
}
