import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import {
  endpointModeInput,
  setEndpointMode,
} from "../../../../../../lib/services/endpoints/set-endpoint-mode.ts";

export const POST = route<{ id: string }>(async ({ request, params, ctx }) => {
  const own = requireWorkspace(ctx, "write");
  const input = await readJson(request, endpointModeInput);
  return json(await setEndpointMode({ ctx: own, id: params.id, input }));
});
