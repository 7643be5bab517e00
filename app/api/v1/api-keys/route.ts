import { pageQuery } from "../../../../lib/http/page-query.ts";
import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { readJson } from "../../../../lib/http/read-json.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireUser } from "../../../../lib/services/access.ts";
import { createApiKey, createApiKeyInput } from "../../../../lib/services/api-keys/create-api-key.ts";
import { listApiKeys } from "../../../../lib/services/api-keys/list-api-keys.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(pageQuery, request.url);
  return json(await listApiKeys({ ctx: requireUser(ctx), input }));
});

export const POST = route(async ({ request, ctx }) => {
  const own = requireUser(ctx);
  const input = await readJson(request, createApiKeyInput);
  return json(await createApiKey({ ctx: own, input }), { status: 201 });
});
