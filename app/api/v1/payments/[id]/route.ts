import { json } from "../../../../../lib/http/respond.ts";
import { route } from "../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../lib/services/access.ts";
import { getPayment } from "../../../../../lib/services/payments/get-payment.ts";

export const GET = route<{ id: string }>(async ({ params, ctx }) =>
  json(await getPayment({ ctx: requireWorkspace(ctx, "read"), id: params.id })),
);
