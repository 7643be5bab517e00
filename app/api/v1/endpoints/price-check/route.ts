import { readJson } from "../../../../../lib/http/read-json.ts";
import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../lib/services/access.ts";
import { checkPrice } from "../../../../../lib/services/endpoints/check-price.ts";
import { ENDPOINT_BODY_BYTES } from "../../../../../lib/services/endpoints/endpoint-input.ts";
import { draftCheckInput } from "../../../../../lib/services/endpoints/price-check-input.ts";

export const POST = route(async ({ request, ctx }) => {
  requireWorkspace(ctx, "read");
  const draft = await readJson(request, draftCheckInput, { maxBytes: ENDPOINT_BODY_BYTES });
  const { price, routes = [], match = "prefix" } = draft;
  return json(checkPrice({ price, routes, match }, draft.request));
});
