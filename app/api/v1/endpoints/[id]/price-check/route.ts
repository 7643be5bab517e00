import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import { checkSavedPrice } from "../../../../../../lib/services/endpoints/check-saved-price.ts";
import { ENDPOINT_BODY_BYTES } from "../../../../../../lib/services/endpoints/endpoint-input.ts";
import { priceCheckInput } from "../../../../../../lib/services/endpoints/price-check-input.ts";

export const POST = route<{ id: string }>(async ({ request, params, ctx }) => {
  const own = requireWorkspace(ctx, "read");
  const input = await readJson(request, priceCheckInput, { maxBytes: ENDPOINT_BODY_BYTES });
  return json(await checkSavedPrice({ ctx: own, id: params.id, request: input.request }));
});
