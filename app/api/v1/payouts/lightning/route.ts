import { readJson } from "../../../../../lib/http/read-json.ts";
import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../lib/services/access.ts";
import {
  connectLightning,
  connectLightningInput,
} from "../../../../../lib/services/payouts/lightning/connect-lightning.ts";
import { disconnectLightning } from "../../../../../lib/services/payouts/lightning/disconnect-lightning.ts";

export const PUT = route(async ({ request, ctx }) => {
  const own = requireUser(ctx);
  const input = await readJson(request, connectLightningInput);
  return json(await connectLightning({ ctx: own, input }));
});

export const DELETE = route(async ({ ctx }) => {
  await disconnectLightning({ ctx: requireUser(ctx) });
  return json(null, { status: 204 });
});
