"use client";
import { LightningPanel } from "./lightning-panel.tsx";
import { StablecoinPanel } from "./stablecoin-panel.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { usePayouts } from "@/lib/query/use-payouts.ts";

export function RailsPage() {
  const { data, error, refetch } = usePayouts();
  return (
    <>
      <PageHeader
        above={<p className="text-sm text-soft">Settings</p>}
        title="Payment rails"
        description="Where your LIVE money goes. It goes straight to you; this instance never holds it."
      />
      <div className="max-w-3xl space-y-6">
        {data ? (
          <>
            <StablecoinPanel payouts={data.stablecoin} />
            <LightningPanel lightning={data.lightning} />
          </>
        ) : (
          <Panel title="Your rails" flush>
            {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows rows={2} />}
          </Panel>
        )}
      </div>
    </>
  );
}
