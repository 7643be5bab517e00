import { PaywallError } from "@x402-paywall/core";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A write that a browser sends on behalf of its cookies must come from our own pages. Browsers put `Origin` on every
 * such request, so a cookie without one is refused too; a program without cookies has nothing to forge.
 * @throws PaywallError `forbidden`
 */
export function checkOrigin(request: Request, appUrl: string): void {
  if (safe.has(request.method)) return;
  const origin = request.headers.get("origin");
  if (origin === new URL(appUrl).origin) return;
  if (origin === null && !request.headers.has("cookie")) return;
  throw new PaywallError("forbidden", {
    detail: `This request must come from ${appUrl}: open the dashboard there.`,
  });
}
