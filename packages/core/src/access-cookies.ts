import { listHeaders } from "./headers.ts";
import type { HeaderList } from "./headers.ts";

/** A browser sends at most a few; more is somebody who makes us compute MACs. */
const maxTokens = 8;

/** Tokens of the cookies whose name starts with the prefix, in the order of the request (RFC 6265). */
export function listAccessTokens(headers: HeaderList, prefix: string): readonly string[] {
  return listHeaders(headers, "cookie")
    .flatMap((line) => line.split(";"))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix) && pair.includes("="))
    .map((pair) => pair.slice(pair.indexOf("=") + 1))
    .filter((value) => /^pw_[A-Za-z0-9_.-]{1,600}$/.test(value))
    .slice(0, maxTokens);
}
