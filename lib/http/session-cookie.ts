/**
 * Whether a session came along, valid or not: enough to choose between a page and the login, never to show anything.
 * Who it is, `getActor` says.
 */
export function hasSessionCookie(cookie: string | null): boolean {
  return /(?:^|;\s*)(?:__Host-)?paywall-session=[^;\s]/.test(cookie ?? "");
}
