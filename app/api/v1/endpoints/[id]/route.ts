import { readJson } from "../../../../../lib/http/read-json.ts";
import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../lib/services/access.ts";
import { ENDPOINT_BODY_BYTES, endpointPatch } from "../../../../../lib/services/endpoints/endpoint-input.ts";
import { getEndpoint } from "../../../../../lib/services/endpoints/get-endpoint.ts";
import { updateEndpoint } from "../../../../../lib/services/endpoints/update-endpoint.ts";

export const GET = route<{ id: string }>(async ({ params, ctx }) =>
  json(await getEndpoint({ ctx: requireWorkspace(ctx, "read"), id: params.id })),
);

export const PATCH = route<{ id: string }>(async ({ request, params, ctx }) => {
  const own = requireWorkspace(ctx, "write");
  const input = await readJson(request, endpointPatch, { maxBytes: ENDPOINT_BODY_BYTES });
  return json(await updateEndpoint({ ctx: own, id: params.id, input }));
});
