import { formatClaimCookie } from "../../../../lib/auth/claim-cookie.ts";
import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { readJson } from "../../../../lib/http/read-json.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { createEndpoint } from "../../../../lib/services/endpoints/create-endpoint.ts";
import { ENDPOINT_BODY_BYTES, endpointInput } from "../../../../lib/services/endpoints/endpoint-input.ts";
import { listEndpoints, listEndpointsInput } from "../../../../lib/services/endpoints/list-endpoints.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(listEndpointsInput, request.url);
  return json(await listEndpoints({ ctx: requireWorkspace(ctx, "read"), input }));
});

export const POST = route(async ({ request, ctx }) => {
  const input = await readJson(request, endpointInput, { maxBytes: ENDPOINT_BODY_BYTES });
  const { endpoint, claimToken } = await createEndpoint({ ctx, input });
  const cookie = claimToken === null ? {} : { "Set-Cookie": formatClaimCookie(claimToken, ctx.env.appUrl) };
  return json(endpoint, {
    status: 201,
    headers: { ...cookie, Location: `/api/v1/endpoints/${endpoint.id}` },
  });
});
