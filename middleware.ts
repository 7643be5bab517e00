/**
 * In front of the app: keeps the two planes apart, answers the 402 of requests without a credential, and gives pages
 * their policy. It decides nothing alone: routes and services check by themselves (a middleware can be bypassed).
 *
 * The matcher leaves alone every request below `/p/` that has a credential or a body: where a middleware matches, Next
 * clones the body and cuts it at 10 MB, and what is bound to a body cannot be priced without it.
 */
import { NextResponse, type NextRequest } from "next/server";
import { answerWithoutCredential } from "./lib/content-handler.ts";
import { isHotReloading, loadEnv } from "./lib/env.ts";
import {
  contentSecurityPolicy,
  isContentPath,
  stripInternalHeaders,
  toContentOrigin,
} from "./lib/http/planes.ts";
import { hasSessionCookie } from "./lib/http/session-cookie.ts";

export const config = {
  runtime: "nodejs",
  matcher: [
    {
      source: "/p/:path*",
      missing: [
        { type: "header", key: "authorization" },
        { type: "header", key: "payment-authorization" },
        { type: "header", key: "payment-signature" },
        { type: "header", key: "x-payment" },
        { type: "header", key: "cookie" },
        { type: "header", key: "transfer-encoding" },
        { type: "header", key: "content-length" },
      ],
    },
    "/((?!p/|_next/static|_next/image|icon.svg).*)",
  ],
};

export async function middleware(request: NextRequest): Promise<Response> {
  const env = loadEnv();
  const { pathname, search } = request.nextUrl;
  const host = request.headers.get("host") ?? "";
  if (isContentPath(pathname)) {
    const elsewhere = toContentOrigin(request.headers, host, `${pathname}${search}`, env);
    if (elsewhere !== undefined) return NextResponse.redirect(elsewhere, 307);
    return (await answerWithoutCredential(request)) ?? NextResponse.next();
  }
  if (isContentHost(host, env) && !isSharedPath(pathname))
    return new NextResponse("Not found", { status: 404 });
  if (pathname.startsWith("/app") && !hasSessionCookie(request.headers.get("cookie"))) {
    const login = new URL(`/login?next=${encodeURIComponent(pathname + search)}`, env.appUrl);
    return NextResponse.redirect(login, 307);
  }
  return withPolicy(request);
}

/** Only where the planes have hosts of their own. */
function isContentHost(host: string, env: { appUrl: string; contentUrl: string }): boolean {
  const content = new URL(env.contentUrl).host;
  return host === content && content !== new URL(env.appUrl).host;
}

function isSharedPath(pathname: string): boolean {
  return pathname === "/healthz" || pathname === "/readyz" || pathname.startsWith("/.well-known/");
}

function withPolicy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, loadEnv(), isHotReloading);
  const headers = stripInternalHeaders(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("x-frame-options", "DENY");
  return response;
}
