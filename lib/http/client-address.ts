/**
 * Address of the caller, for limits only. The last entry of `X-Forwarded-For` is the one that the nearest proxy added (or
 * Next itself, from the socket); earlier ones are what the caller claims.
 */
export function clientAddress(headers: Headers): string {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return last === "" ? "unknown" : last.slice(0, 64);
}
