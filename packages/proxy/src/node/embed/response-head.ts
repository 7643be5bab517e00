import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { HeaderList } from "../../decision.ts";

/** Applies the arguments of `writeHead(status, [reason], [headers])` as Node would, without sending anything. */
export function applyHead(response: ServerResponse, args: readonly unknown[]): void {
  const [status, second, third] = args;
  if (typeof status === "number") response.statusCode = status;
  if (typeof second === "string") response.statusMessage = second;
  const headers = typeof second === "string" ? third : second;
  if (Array.isArray(headers)) applyList(response, headers);
  else if (isHeaders(headers))
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) response.setHeader(name, value);
}

/** Flat as Node takes it, or pairs. */
function applyList(response: ServerResponse, list: readonly unknown[]): void {
  const pairs = list.every((entry) => Array.isArray(entry))
    ? list
    : list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1]]] : []));
  for (const [name] of pairs) response.removeHeader(String(name));
  for (const [name, value] of pairs) response.appendHeader(String(name), String(value));
}

function isHeaders(value: unknown): value is OutgoingHttpHeaders {
  return typeof value === "object" && value !== null;
}

/** Node's own has the method, its types and HTTP/2 have not. */
type SpelledResponse = ServerResponse & { getRawHeaderNames?(): readonly string[] };

/** The header fields that were set so far, line by line, as the application spells them. */
export function listSetHeaders(response: SpelledResponse): HeaderList {
  const names = response.getRawHeaderNames?.() ?? response.getHeaderNames();
  return names.flatMap((name) => {
    const value = response.getHeader(name) ?? "";
    return (Array.isArray(value) ? value : [value]).map((line) => [name, String(line)] as const);
  });
}

/** Bytes of a chunk as `write` and `end` take it. */
export function toBytes(chunk: unknown, encoding: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== "string") throw new TypeError("Write a string, a Buffer or a Uint8Array.");
  return Buffer.from(chunk, isEncoding(encoding) ? encoding : "utf8");
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === "string" && Buffer.isEncoding(value);
}
