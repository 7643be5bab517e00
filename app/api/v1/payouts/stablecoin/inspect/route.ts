import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../../lib/services/access.ts";
import { inspectPayout, inspectPayoutInput } from "../../../../../../lib/services/payouts/inspect-payout.ts";

export const POST = route(async ({ request, ctx }) => {
  const own = requireUser(ctx);
  const input = await readJson(request, inspectPayoutInput);
  return json(await inspectPayout({ ctx: own, input }));
});
