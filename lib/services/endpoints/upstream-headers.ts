import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import { createSecretBox, openUpstreamHeaders, sealUpstreamHeaders } from "../../store/secret-box.ts";
import type { WorkspaceContext } from "../context.ts";

// Of the connection, not of the request: a creator who could set them could reframe it.
const refused = new Set(
  "host content-length transfer-encoding connection keep-alive proxy-connection te trailer upgrade expect via cdn-loop forwarded x-forwarded-for x-forwarded-host x-forwarded-proto accept-encoding".split(
    " ",
  ),
);

const name = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "This is not a header name.")
  .refine((text) => !refused.has(text.toLowerCase()), "The gateway sets this header itself.");
const value = z
  .string()
  .max(4_096, "Use at most 4096 characters.")
  .regex(/^[\u0020-\u007e\u00a0-\u00ff]+$/, "Use printable Latin characters.")
  .refine((text) => text.trim() === text, "Take the spaces around the value away.");

export const upstreamHeadersInput = z
  .array(z.strictObject({ name, value: value.nullable() }))
  .max(20, "Use at most 20 headers.")
  .refine(
    (rows) => new Set(rows.map((row) => row.name.toLowerCase())).size === rows.length,
    "A header is there twice.",
  );

type HeaderInput = z.infer<typeof upstreamHeadersInput>;

/** The columns that hold an endpoint's sealed headers. */
export interface HeaderColumns {
  readonly upstreamHeaders: Uint8Array<ArrayBuffer> | null;
  readonly upstreamHeadersKeyId: string | null;
  readonly upstreamHeaderNames: string[];
}

interface StoredHeaders {
  readonly id: string;
  readonly upstreamHeaders: Uint8Array | null;
  readonly upstreamHeadersKeyId: string | null;
}

/**
 * Seals the headers anew; a `null` value keeps the stored one of that name.
 * @param options.stored what is there now, or only the id of an endpoint that is being made
 * @throws PaywallError `validation_failed` where there is nothing to keep
 */
export function sealHeaders(
  ctx: WorkspaceContext,
  input: HeaderInput,
  options: { readonly stored: StoredHeaders },
): HeaderColumns {
  const { stored } = options;
  const box = createSecretBox(ctx.env.secretKeys);
  const { upstreamHeaders: bytes, upstreamHeadersKeyId: keyId } = stored;
  const before =
    bytes === null || keyId === null
      ? []
      : openUpstreamHeaders(box, ctx.workspaceId, stored.id, { bytes, keyId });
  const headers = input.map((row, index): readonly [string, string] => {
    const kept = before.find(([known]) => known.toLowerCase() === row.name.toLowerCase())?.[1];
    const text = row.value ?? kept;
    if (text === undefined) {
      throw new PaywallError("validation_failed", {
        errors: [{ field: `upstreamHeaders.${index}.value`, message: "Write the value." }],
      });
    }
    return [row.name, text];
  });
  if (headers.length === 0)
    return { upstreamHeaders: null, upstreamHeadersKeyId: null, upstreamHeaderNames: [] };
  const sealed = sealUpstreamHeaders(box, ctx.workspaceId, stored.id, headers);
  return {
    upstreamHeaders: Uint8Array.from(sealed.bytes),
    upstreamHeadersKeyId: sealed.keyId,
    upstreamHeaderNames: headers.map(([known]) => known),
  };
}
