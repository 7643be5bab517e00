"use client";
import { type FormEvent, useState } from "react";
import { RefundFields } from "./refund-fields.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { ApiError } from "@/lib/query/api-client.ts";
import type { PaymentDetailDto, RefundDto } from "@/lib/query/dto.ts";
import { formatAmount } from "@/lib/query/format.ts";
import {
  checkRefund,
  describeConsequence,
  newIdempotencyKey,
  type RefundForm,
} from "@/lib/query/refund-form.ts";
import { useRefund } from "@/lib/query/use-payments.ts";

/** What came of it, for the toast: a refund that is not known yet is neither made nor lost. */
function resultOf({ state, amount }: RefundDto): string {
  return state === "done"
    ? `${formatAmount(amount)} given back.`
    : `${formatAmount(amount)} is on its way back. The rail has not confirmed it yet; it is asked again by itself.`;
}

/** Mount it anew for each opening: what was typed, and the key that makes a second click the same refund, are its own. */
export function RefundDialog({
  payment,
  open,
  onOpenChange,
}: {
  readonly payment: PaymentDetailDto;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const [form, setForm] = useState<RefundForm>({ all: true, amount: "", reason: "" });
  const [key, setKey] = useState(newIdempotencyKey);
  const [tried, setTried] = useState(false);
  const refund = useRefund(payment.id);
  const toast = useToast();
  const check = checkRefund(form, payment.refundable);
  const refused =
    refund.error instanceof ApiError
      ? refund.error.fields.find(({ field }) => field === "amount")
      : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!check.ok) return;
    refund.mutate(
      { amount: check.amount, reason: form.reason.trim(), idempotencyKey: key },
      {
        onSuccess: (made) => {
          toast({ text: resultOf(made) });
          onOpenChange(false);
        },
        // Refused for good: another try is another refund. After a lost answer it is still the same one.
        onError: (error) => error instanceof ApiError && !error.retryable && setKey(newIdempotencyKey()),
      },
    );
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Refund this payment"
      description={`Up to ${formatAmount(payment.refundable)} can be given back, the way it was paid. This cannot be undone.`}
    >
      <form onSubmit={submit} className="space-y-4">
        {refund.error && refused === undefined && <Notice tone="bad">{refund.error.message}</Notice>}
        <RefundFields
          form={form}
          refundable={payment.refundable}
          error={refused?.message ?? (tried && !check.ok ? check.error : undefined)}
          onChange={(change) => {
            setForm({ ...form, ...change });
            refund.reset();
          }}
        />
        {check.ok && (
          <Notice tone="neutral">
            {formatAmount(check.amount)} goes back to the payer and is subtracted from your revenue.{" "}
            {describeConsequence(payment, check.amount)}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" variant="danger" busy={refund.isPending}>
            {check.ok ? `Refund ${formatAmount(check.amount)}` : "Refund"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
