import { readIdempotencyKey } from "../../../../../../lib/http/read-idempotency-key.ts";
import { readJson } from "../../../../../../lib/http/read-json.ts";
import { json } from "../../../../../../lib/http/respond.ts";
import { route } from "../../../../../../lib/http/route.ts";
import { requireWorkspace } from "../../../../../../lib/services/access.ts";
import { listRefunds } from "../../../../../../lib/services/payments/list-refunds.ts";
import { refundInput, refundPayment } from "../../../../../../lib/services/payments/refund-payment.ts";

export const GET = route<{ id: string }>(async ({ params, ctx }) =>
  json(await listRefunds({ ctx: requireWorkspace(ctx, "read"), paymentId: params.id })),
);

/** 201 when the money went back, 202 while that is not known yet. */
export const POST = route<{ id: string }>(async ({ request, params, ctx }) => {
  const own = requireWorkspace(ctx, "write");
  const idempotencyKey = readIdempotencyKey(request.headers);
  const input = { ...(await readJson(request, refundInput)), paymentId: params.id };
  const refund = await refundPayment({
    ctx: own,
    input: idempotencyKey === undefined ? input : { ...input, idempotencyKey },
  });
  return json(refund, { status: refund.state === "done" ? 201 : 202 });
});
