import { json } from "../../../lib/http/respond.ts";
import { openRoute, preflight } from "../../../lib/http/route.ts";

export const dynamic = "force-dynamic";

/** The keys that verify receipts (RFC 7517). */
export const GET = openRoute(async ({ runtime }) =>
  json(runtime.ports.getJwks(), {
    headers: { "Content-Type": "application/jwk-set+json", "Cache-Control": "public, max-age=300" },
  }),
);

export const OPTIONS = preflight;
