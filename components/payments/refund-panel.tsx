"use client";
import { useState } from "react";
import { RefundDialog } from "./refund-dialog.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { Badge, type Tone } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Notice } from "@/components/ui/states.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PaymentDetailDto, RefundDto, RefundStateDto } from "@/lib/query/dto.ts";
import { formatAmount } from "@/lib/query/format.ts";

const states: Readonly<Record<RefundStateDto, { readonly label: string; readonly tone: Tone }>> = {
  pending: { label: "On its way", tone: "hold" },
  unknown: { label: "Being checked", tone: "hold" },
  done: { label: "Given back", tone: "good" },
  failed: { label: "Refused by the rail", tone: "bad" },
};

function RefundRow({ refund }: { readonly refund: RefundDto }) {
  const { label, tone } = states[refund.state];
  return (
    <li className="flex items-baseline justify-between gap-4 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{label}</Badge>
          <span className="text-sm text-faint">
            <TimeAgo at={refund.createdAt} />
          </span>
        </p>
        {refund.reason !== "" && <p className="text-sm break-words text-soft">{refund.reason}</p>}
        {refund.reference !== null && (
          <p className="font-mono text-sm break-all text-faint">{refund.reference}</p>
        )}
      </div>
      <Amount value={refund.amount} className="font-medium" />
    </li>
  );
}

/** What was given back of a payment, and the way to give back more. Nothing where there is nothing to say. */
export function RefundPanel({ payment }: { readonly payment: PaymentDetailDto }) {
  const [open, setOpen] = useState(false);
  const [openings, setOpenings] = useState(0);
  const { refunds, refundable, refundHint, refundDueAt, state } = payment;
  const canRefund = refundable !== "0";
  if (!canRefund && refunds.length === 0 && refundHint === null) return null;
  return (
    <Panel
      title="Refunds"
      description={payment.refunded === "0" ? undefined : `${formatAmount(payment.refunded)} given back`}
      actions={
        canRefund && (
          <Button
            size="sm"
            onClick={() => {
              setOpenings(openings + 1);
              setOpen(true);
            }}
          >
            Refund
          </Button>
        )
      }
    >
      <div className="space-y-4">
        {state === "refund-due" && refundDueAt !== null && (
          <Notice tone="hold">
            Refund due: this was paid and never served.{" "}
            {canRefund ? "Give the money back here." : (refundHint ?? "The money is on its way back.")}
          </Notice>
        )}
        {state !== "refund-due" && refundHint !== null && <p className="text-sm text-soft">{refundHint}</p>}
        {refunds.length > 0 ? (
          <ul className="divide-y divide-rule">
            {refunds.map((refund) => (
              <RefundRow key={refund.id} refund={refund} />
            ))}
          </ul>
        ) : (
          canRefund && (
            <p className="text-soft">Nothing was given back. Refunds go back the way that the money came.</p>
          )
        )}
      </div>
      <RefundDialog key={openings} payment={payment} open={open} onOpenChange={setOpen} />
    </Panel>
  );
}
