import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../../lib/services/access.ts";
import {
  checkLightning,
  checkLightningInput,
} from "../../../../../../lib/services/payouts/lightning/check-lightning.ts";

export const POST = route(async ({ request, ctx }) => {
  const own = requireUser(ctx);
  const input = await readJson(request, checkLightningInput);
  return json(await checkLightning({ ctx: own, input }));
});
