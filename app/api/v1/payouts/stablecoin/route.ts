import { readJson } from "../../../../../lib/http/read-json.ts";
import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../lib/services/access.ts";
import { connectPayout, connectPayoutInput } from "../../../../../lib/services/payouts/connect-payout.ts";
import { disconnectPayout } from "../../../../../lib/services/payouts/disconnect-payout.ts";

export const PUT = route(async ({ request, ctx }) => {
  const own = requireUser(ctx);
  const input = await readJson(request, connectPayoutInput);
  return json(await connectPayout({ ctx: own, input }));
});

export const DELETE = route(async ({ ctx }) => {
  await disconnectPayout({ ctx: requireUser(ctx) });
  return json(null, { status: 204 });
});
