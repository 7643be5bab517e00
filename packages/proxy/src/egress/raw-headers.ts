import type { HeaderList } from "@x402-paywall/core";
import type { Dispatcher } from "undici";

/** Header lines as the upstream sent them: names in their case, repeated lines apart, values byte for byte (latin1). */
export function readRawHeaders(raw: Dispatcher.DispatchController["rawHeaders"]): HeaderList {
  if (!Array.isArray(raw)) return [];
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([toText(raw[i]), toText(raw[i + 1])]);
  return headers;
}

function toText(field: Buffer | string | undefined): string {
  if (typeof field === "string") return field;
  return field === undefined ? "" : field.toString("latin1");
}
