"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { RevenueTable } from "./revenue-table.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import type { OverviewDto } from "@/lib/query/dto.ts";

const waiting = <Skeleton className="h-72 w-full" />;
// Recharts is most of this page's script; the numbers above do not wait for it.
const RevenueChart = dynamic(async () => (await import("./revenue-chart.tsx")).RevenueChart, {
  ssr: false,
  loading: () => waiting,
});

/** @param span Named where the page does not show the range elsewhere: "last 30 days". */
export function RevenuePanel({
  overview,
  span,
}: {
  readonly overview: OverviewDto | undefined;
  readonly span?: string;
}) {
  const [asTable, setAsTable] = useState(false);
  const unpaid = overview?.totals.paidRequests === 0 && overview.totals.refunded === "0";
  return (
    <Panel
      title="Revenue over time"
      description={`By the protocol that it was paid with, refunds subtracted, in USD${span === undefined ? "" : `, ${span}`}`}
      flush={asTable}
      actions={
        <Button size="sm" variant="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? "View as chart" : "View as table"}
        </Button>
      }
    >
      {!overview ? (
        waiting
      ) : asTable ? (
        <RevenueTable overview={overview} />
      ) : unpaid ? (
        <p className="grid h-72 place-items-center text-center text-soft">
          Nothing was paid in this span. Share a link, or choose a longer range.
        </p>
      ) : (
        <RevenueChart overview={overview} />
      )}
    </Panel>
  );
}
