import { parseQuery } from "../../../../lib/http/parse-input.ts";
import { route } from "../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../lib/services/access.ts";
import { exportReceipts } from "../../../../lib/services/receipts/export-receipts.ts";
import { receiptFilter } from "../../../../lib/services/receipts/receipt-filter.ts";

export const GET = route(async ({ request, ctx }) => {
  const input = parseQuery(receiptFilter, request.url);
  const csv = await exportReceipts({ ctx: requireWorkspace(ctx, "read"), input });
  return new Response(csv, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="receipts.csv"',
    },
  });
});
