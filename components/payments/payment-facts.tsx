"use client";
import Link from "next/link";
import { describeEntitlement } from "./describe-entitlement.ts";
import { Amount } from "@/components/ui/amount.tsx";
import { BitcoinAmount } from "@/components/ui/bitcoin-amount.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PaymentDetailDto } from "@/lib/query/dto.ts";
import { formatAmount } from "@/lib/query/format.ts";
import { wireNames } from "@/lib/query/overview-figures.ts";

const link = "text-accent underline underline-offset-4";

/** Each thing that is known of a payment, by name. */
export function PaymentFacts({ payment }: { readonly payment: PaymentDetailDto }) {
  const { amount, charged, refunded, entitlement, bitcoin } = payment;
  return (
    <DetailList
      items={[
        ["Amount", <Amount key="a" value={charged ?? amount} className="font-semibold" />],
        ...(bitcoin === null ? [] : [["In Bitcoin", <BitcoinAmount key="btc" value={bitcoin} />] as const]),
        ...(charged === null || charged === amount
          ? []
          : [["Signed for", `${formatAmount(amount)} at most; charged for what was used`] as const]),
        ...(refunded === "0" ? [] : [["Given back", <Amount key="b" value={refunded} />] as const]),
        [
          "Endpoint",
          <Link key="e" href={`/app/endpoints/${payment.endpoint.id}`} className={link}>
            {payment.endpoint.title}
          </Link>,
        ],
        ["Paid with", `${wireNames[payment.wire] ?? payment.wire}, ${payment.rail}`],
        [
          "Payer",
          payment.payer === null ? (
            "not known"
          ) : (
            <span className="font-mono text-sm break-all">{payment.payer}</span>
          ),
        ],
        ...(entitlement === null ? [] : [["Bought", describeEntitlement(entitlement)] as const]),
        ["Answered", `${payment.attempts} ${payment.attempts === 1 ? "time" : "times"}`],
        [
          "Payment key",
          <span key="k" className="font-mono text-sm break-all">
            {payment.paymentKey}
          </span>,
        ],
        ["Receipt", payment.receiptId === null ? "none" : <ReceiptLink key="r" id={payment.receiptId} />],
        ["Started", <TimeAgo key="t" at={payment.createdAt} />],
      ]}
    />
  );
}

function ReceiptLink({ id }: { readonly id: string }) {
  return (
    <Link href={`/app/receipts/${id}`} className={`font-mono text-sm break-all ${link}`}>
      {id}
    </Link>
  );
}
