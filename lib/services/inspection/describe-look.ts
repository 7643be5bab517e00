import type { Look } from "../ports.ts";
import type { Classification } from "./classify.ts";
import { findHeader } from "./find-header.ts";
import { toTitle } from "./suggest-title.ts";

/** Size of the whole thing in bytes, where the answers say it. A 206 tells it in `Content-Range`. */
export function findSize(head: Look | undefined, get: Look): number | null {
  const total = /\/(\d{1,15})$/.exec(findHeader(get.headers, "content-range") ?? "")?.[1];
  if (get.status === 206 && total !== undefined) return Number(total);
  const lengths = [get.status === 200 ? get : undefined, head?.status === 200 ? head : undefined];
  for (const look of lengths) {
    const length = look && findHeader(look.headers, "content-length");
    if (length !== undefined && /^\d{1,15}$/.test(length)) return Number(length);
  }
  return get.status === 200 && !get.truncated ? get.body.byteLength : null;
}

/** What a creator should know before setting a price, in sentences. */
export function describeLook(look: Look, { kind, operations }: Classification): readonly string[] {
  const notes: string[] = [];
  if (kind === "openapi")
    notes.push(
      operations === null
        ? "OpenAPI description."
        : `OpenAPI: ${operations} ${operations === 1 ? "operation" : "operations"}.`,
    );
  if (kind === "stream") notes.push("Streams: the answer passes through as it comes.");
  if (kind === "file" && findHeader(look.headers, "accept-ranges") === "bytes")
    notes.push("Downloads can be resumed (ranges).");
  const status = describeStatus(look);
  return status === undefined ? notes : [...notes, status];
}

function describeStatus({ status, headers }: Look): string | undefined {
  if (status === 401 || status === 403)
    return `It answers ${status}: add the header that it wants, such as Authorization.`;
  if (status === 402) return "It asks for a payment of its own: payers would pay you and get nothing.";
  if (status === 404) return "It answers 404 to GET: check the path, unless it takes only POST.";
  if (status === 405) return "It does not take GET: payers will send another method, such as POST.";
  if (status === 429) return "It answers 429: it limits how often it may be asked.";
  if (status >= 500) return `It answers ${status} at the moment.`;
  if (status >= 300 && status < 400) {
    const location = toTitle(findHeader(headers, "location") ?? "");
    return `It redirects${location === undefined ? "" : ` to ${location}`}, which is not followed: paste the final URL.`;
  }
  return status >= 400 ? `It answers ${status} to a bare GET.` : undefined;
}
