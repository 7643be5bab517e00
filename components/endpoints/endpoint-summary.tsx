"use client";
import Link from "next/link";
import { RevenuePanel } from "@/components/overview/revenue-panel.tsx";
import { PaymentTable } from "@/components/payments/payment-table.tsx";
import { DetailList } from "@/components/ui/detail-list.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";
import { useMe } from "@/lib/query/use-me.ts";
import { useOverview } from "@/lib/query/use-overview.ts";
import { usePayments } from "@/lib/query/use-payments.ts";

export function EndpointSummary({ endpoint }: { readonly endpoint: EndpointDto }) {
  const me = useMe();
  const overview = useOverview({ range: "30d", mode: endpoint.mode, endpoint: endpoint.id });
  const payments = usePayments({ endpoint: endpoint.id });
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
                </Link>{" "}
                or pay it yourself with the agent console.
              </p>
            }
          >
            {(rows) => <PaymentTable rows={rows} showEndpoint={false} />}
          </ListView>
        </Panel>
      </div>
      <Panel title="Terms" className="self-start">
        <DetailList
          items={[
            ["Price", <PriceText key="price" value={endpoint.price} msatPerUsd={me.data?.msatPerUsd} />],
            ["Rules", <RuleList key="rules" endpoint={endpoint} />],
            ["Sells", endpoint.match === "exact" ? "This URL only" : "This URL and everything below"],
            [
              "Upstream",
              <span key="url" className="font-mono text-sm break-all">
                {endpoint.upstreamUrl}
              </span>,
            ],
            [
              "Headers",
              endpoint.upstreamHeaderNames.length === 0 ? "None" : endpoint.upstreamHeaderNames.join(", "),
            ],
            [
              "Payment binds",
              ["method", "path", endpoint.bindQuery && "query", endpoint.bindBody && "body"]
                .filter(Boolean)
                .join(", "),
            ],
            ["Created", <TimeAgo key="created" at={endpoint.createdAt} />],
            ["Changed", <TimeAgo key="changed" at={endpoint.updatedAt} />],
          ]}
        />
      </Panel>
    </div>
  );
}

function RuleList({ endpoint }: { readonly endpoint: EndpointDto }) {
  if (endpoint.routes.length === 0) return <>None</>;
  return (
    <ul className="space-y-1.5">
      {endpoint.routes.map((route) => (
        <li key={route.id}>
          <code className="font-mono text-sm break-all">{`${route.methods?.join(", ") ?? "any"} ${route.path}`}</code>
          <PriceText value={route.price} className="block text-sm text-soft" />
        </li>
      ))}
    </ul>
  );
}
