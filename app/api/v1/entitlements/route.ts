import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import {
  listEntitlements,
  listEntitlementsInput,
} from "../../../../lib/services/entitlements/list-entitlements.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(listEntitlementsInput, request.url);
  return json(await listEntitlements({ ctx: requireWorkspace(ctx, "read"), input }));
});
