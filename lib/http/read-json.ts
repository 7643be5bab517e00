import { PaywallError } from "@x402-paywall/core";
import type { z } from "zod";
import { DEFAULT_BODY_BYTES, readBody } from "./read-body.ts";
import { parseInput } from "./parse-input.ts";

/**
 * The request's JSON body, held against the schema.
 * @throws PaywallError `unsupported_media_type`, `payload_too_large`, `bad_request` (no JSON), `validation_failed`
 */
export async function readJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  { maxBytes = DEFAULT_BODY_BYTES }: { readonly maxBytes?: number } = {},
): Promise<T> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new PaywallError("unsupported_media_type", { detail: "Send the body as application/json." });
  }
  return parseInput(schema, parseJsonText(await readBody(request, maxBytes)));
}

function parseJsonText(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new PaywallError("bad_request", { detail: "The body is not JSON in UTF-8." });
  }
}
