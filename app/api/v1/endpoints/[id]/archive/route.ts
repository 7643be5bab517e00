import { z } from "zod";
import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import { setEndpointStatus } from "../../../../../../lib/services/endpoints/set-endpoint-status.ts";

const typedName = z.strictObject({ slug: z.string().max(200) });

export const POST = route<{ id: string }>(async ({ request, params, ctx }) => {
  const own = requireWorkspace(ctx, "write");
  const { slug } = await readJson(request, typedName);
  return json(await setEndpointStatus({ ctx: own, id: params.id, verb: "archive", slug }));
});
