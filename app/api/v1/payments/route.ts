import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { json } from "../../../../lib/http/respond.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { listPayments, listPaymentsInput } from "../../../../lib/services/payments/list-payments.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(listPaymentsInput, request.url);
  return json(await listPayments({ ctx: requireWorkspace(ctx, "read"), input }));
});
