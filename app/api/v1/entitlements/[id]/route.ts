import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../lib/services/access.ts";
import { getEntitlement } from "../../../../../lib/services/entitlements/get-entitlement.ts";

export const GET = route<{ id: string }>(async ({ params, ctx }) =>
  json(await getEntitlement({ ctx: requireWorkspace(ctx, "read"), id: params.id })),
);
