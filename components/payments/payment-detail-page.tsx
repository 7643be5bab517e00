"use client";
import Link from "next/link";
import { PaymentFacts } from "./payment-facts.tsx";
import { PaymentState } from "./payment-state.tsx";
import { PaymentTimeline } from "./payment-timeline.tsx";
import { RefundPanel } from "./refund-panel.tsx";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { JsonView } from "@/components/ui/json-view.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { usePayment } from "@/lib/query/use-payments.ts";

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
          <Panel title="Timeline" className="self-start">
            <PaymentTimeline payment={payment} />
          </Panel>
          <div className="min-w-0 space-y-6">
            <Panel title="Facts">
              <PaymentFacts payment={payment} />
            </Panel>
            <RefundPanel payment={payment} />
          </div>
          <div className="min-w-0 lg:col-span-2">
            <JsonView title="Quote" value={payment.quote} />
          </div>
        </div>
      )}
    </>
  );
}
