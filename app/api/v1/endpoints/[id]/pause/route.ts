import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import { setEndpointStatus } from "../../../../../../lib/services/endpoints/set-endpoint-status.ts";

export const POST = route<{ id: string }>(async ({ params, ctx }) =>
  json(await setEndpointStatus({ ctx: requireWorkspace(ctx, "write"), id: params.id, verb: "pause" })),
);
