import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireUser } from "../../../../../lib/services/access.ts";
import { revokeSessions } from "../../../../../lib/services/accounts/revoke-sessions.ts";

export const POST = route(async ({ ctx }) => {
  await revokeSessions({ ctx: requireUser(ctx) });
  return json(null, { status: 204 });
});
