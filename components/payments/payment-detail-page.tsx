"use client";
import Link from "next/link";
import { PaymentState } from "./payment-state.tsx";
import { PaymentTimeline } from "./payment-timeline.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { JsonView } from "@/components/ui/json-view.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PaymentDetailDto } from "@/lib/query/dto.ts";
import { wireNames } from "@/lib/query/overview-figures.ts";
import { useMe } from "@/lib/query/use-me.ts";
import { usePayment } from "@/lib/query/use-payments.ts";

const link = "text-accent underline underline-offset-4";

function Facts({ payment }: { readonly payment: PaymentDetailDto }) {
  const me = useMe();
  return (
    <DetailList
      items={[
        [
          "Amount",
          <Amount
            key="a"
            value={payment.amount}
            msatPerUsd={me.data?.msatPerUsd}
            className="font-semibold"
          />,
        ],
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
        ["Answered", `${payment.attempts} ${payment.attempts === 1 ? "time" : "times"}`],
        [
          "Payment key",
          <span key="k" className="font-mono text-sm break-all">
            {payment.paymentKey}
          </span>,
        ],
        [
          "Receipt",
          payment.receiptId === null ? (
            "none"
          ) : (
            <Link
              key="r"
              href={`/app/receipts/${payment.receiptId}`}
              className={`font-mono text-sm break-all ${link}`}
            >
              {payment.receiptId}
            </Link>
          ),
        ],
        ["Started", <TimeAgo key="t" at={payment.createdAt} />],
      ]}
    />
  );
}

export function PaymentDetailPage({ id }: { readonly id: string }) {
  const { data: payment, error, refetch } = usePayment(id);
  return (
    <>
      <PageHeader
        above={
          <Link href="/app/payments" className="text-sm text-soft underline-offset-4 hover:underline">
            Payments
          </Link>
        }
        title="Payment"
        description={
          payment && (
            <span className="flex flex-wrap items-center gap-2">
              <PaymentState state={payment.state} />
              <ModeBadge mode={payment.mode} />
              <span className="font-mono text-sm break-all">{payment.id}</span>
            </span>
          )
        }
      />
      {error && !payment ? (
        <Panel>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : !payment ? (
        <Panel flush>
          <SkeletonRows />
        </Panel>
      ) : (
        <div className="grid gap-6 lg:grid-cols-2">
          <Panel title="Timeline">
            <PaymentTimeline payment={payment} />
          </Panel>
          <Panel title="Facts">
            <Facts payment={payment} />
          </Panel>
          <div className="min-w-0 lg:col-span-2">
            <JsonView title="Quote" value={payment.quote} />
          </div>
        </div>
      )}
    </>
  );
}
