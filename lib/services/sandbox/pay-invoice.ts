import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { SandboxPaymentDto } from "../../query/dto.ts";
import type { Runtime } from "../context.ts";

export const payInvoiceInput = z.strictObject({
  bolt11: z.string("Send the invoice.").max(4_096, "This is not an invoice of ours."),
});

// Generous: it only keeps one caller from filling the table. Agents pay before each request.
const perAddress: Limit = { name: "sandbox-pay", count: 600, seconds: 60 };

interface PayInvoice {
  readonly ctx: Pick<Runtime, "db" | "ports"> & { readonly clientAddress: string };
  readonly input: z.infer<typeof payInvoiceInput>;
}

/**
 * The sandbox wallet: pays a TEST invoice of this instance and tells the preimage. The payment is recorded, so that a
 * payment page that waits for it sees it.
 * @throws PaywallError `validation_failed` for any other invoice, `payment_expired`, `rate_limited`
 */
export async function payInvoice({ ctx, input }: PayInvoice): Promise<SandboxPaymentDto> {
  await takeAttempt(ctx.db.pool, perAddress, ctx.clientAddress);
  const payment = ctx.ports.payInvoice(input.bolt11.trim());
  const endpoint = await ctx.db.prisma.endpoint.findUnique({
    where: { id: payment.endpointId },
    select: { workspaceId: true },
  });
  if (endpoint === null)
    throw new PaywallError("not_found", { detail: "What this invoice was for is not there any more." });
  await ctx.ports.recordPaid(payment, endpoint.workspaceId);
  return { preimage: payment.preimage };
}
