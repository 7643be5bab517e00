import { pageQuery } from "../../../../../../lib/http/page-query.ts";
import { parseQuery } from "../../../../../../lib/http/parse-input.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import { listPriceChanges } from "../../../../../../lib/services/endpoints/list-price-changes.ts";

export const GET = route<{ id: string }>(async ({ request, params, ctx }) => {
  const input = parseQuery(pageQuery, request.url);
  return json(await listPriceChanges({ ctx: requireWorkspace(ctx, "read"), id: params.id, input }));
});
