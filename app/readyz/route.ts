import { json } from "../../lib/http/respond.ts";
import { openRoute } from "../../lib/http/route.ts";
import { checkReadiness } from "../../lib/services/check-readiness.ts";

export const dynamic = "force-dynamic";

/** The process can serve: its database answers. */
export const GET = openRoute(async ({ runtime }) => json(await checkReadiness({ ctx: runtime })));
