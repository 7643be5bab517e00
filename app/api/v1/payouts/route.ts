import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { getPayouts } from "../../../../lib/services/payouts/get-payouts.ts";

export const GET = route(async ({ ctx }) => json(await getPayouts({ ctx: requireWorkspace(ctx, "read") })));
