import { readJson } from "../../../../lib/http/read-json.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { inspectInput, inspectUrl } from "../../../../lib/services/inspection/inspect-url.ts";

export const POST = route(async ({ request, ctx }) => {
  const input = await readJson(request, inspectInput);
  return json(await inspectUrl({ ctx, input }));
});
