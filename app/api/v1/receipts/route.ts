import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { listReceipts, listReceiptsInput } from "../../../../lib/services/receipts/list-receipts.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(listReceiptsInput, request.url);
  return json(await listReceipts({ ctx: requireWorkspace(ctx, "read"), input }));
});
