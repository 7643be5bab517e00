import { cookieName, formatCookie, readCookies } from "../http/cookies.ts";

const base = "paywall-claim";
const lifetimeSeconds = 90 * 24 * 3600;

/** The token that holds an anonymous workspace, from the request's cookie. */
export function readClaimToken(headers: Headers, appUrl: string): string | undefined {
  const [token, ...others] = readCookies(headers, cookieName(base, appUrl));
  return others.length === 0 && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}

/** `Set-Cookie` that gives the browser an anonymous workspace. */
export function formatClaimCookie(token: string, appUrl: string): string {
  return formatCookie(cookieName(base, appUrl), token, lifetimeSeconds, appUrl);
}

/** `Set-Cookie` that takes it away: the workspace has an owner now. */
export function expireClaimCookie(appUrl: string): string {
  return formatCookie(cookieName(base, appUrl), "", 0, appUrl);
}
