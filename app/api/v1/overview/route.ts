import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { getOverview, overviewInput } from "../../../../lib/services/overview/get-overview.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(overviewInput, request.url);
  return json(await getOverview({ ctx: requireWorkspace(ctx, "read"), input }));
});
