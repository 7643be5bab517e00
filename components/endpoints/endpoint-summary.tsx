"use client";
import Link from "next/link";
import { EndpointTerms } from "./endpoint-terms.tsx";
import { RevenuePanel } from "@/components/overview/revenue-panel.tsx";
import { PaymentTable } from "@/components/payments/payment-table.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";
import { useOverview } from "@/lib/query/use-overview.ts";
import { usePayments } from "@/lib/query/use-payments.ts";

export function EndpointSummary({ endpoint }: { readonly endpoint: EndpointDto }) {
  const overview = useOverview({ range: "30d", mode: endpoint.mode, endpoint: endpoint.id });
  const payments = usePayments({ endpoint: endpoint.id, mode: endpoint.mode });
  const figures = [
    ["Revenue", formatTotal(endpoint.revenue)],
    ["Paid requests", formatCount(endpoint.paidRequests)],
  ] as const;
  return (
    <div className="grid gap-6 lg:grid-cols-[1fr_22rem]">
      <div className="min-w-0 space-y-6">
        <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-rule bg-rule">
          {figures.map(([label, value]) => (
            <div key={label} className="bg-surface p-5">
              <dt className="text-sm text-faint">{label}</dt>
              <dd className="tabular mt-1 text-xl font-semibold tracking-tight break-all">{value}</dd>
            </div>
          ))}
        </dl>
        {overview.error && !overview.data ? (
          <Panel title="Revenue over time">
            <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
          </Panel>
        ) : (
          <RevenuePanel overview={overview.data} span="last 30 days" />
        )}
        <Panel title="Latest payments" flush>
          <ListView
            list={payments}
            empty={
              <p className="p-5 text-soft">
                Nobody has paid yet.{" "}
                <Link
                  href={`/app/endpoints/${endpoint.id}?tab=share`}
                  className="text-accent underline underline-offset-4"
                >
                  Share the link
                </Link>
                {endpoint.mode === "test" ? " or pay it yourself with the agent console." : "."}
              </p>
            }
          >
            {(rows) => <PaymentTable rows={rows} showEndpoint={false} />}
          </ListView>
        </Panel>
      </div>
      <EndpointTerms endpoint={endpoint} />
    </div>
  );
}
