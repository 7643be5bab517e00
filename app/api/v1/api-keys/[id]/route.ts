import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../lib/services/access.ts";
import { revokeApiKey } from "../../../../../lib/services/api-keys/revoke-api-key.ts";

export const DELETE = route<{ id: string }>(async ({ params, ctx }) => {
  await revokeApiKey({ ctx: requireUser(ctx), id: params.id });
  return json(null, { status: 204 });
});
