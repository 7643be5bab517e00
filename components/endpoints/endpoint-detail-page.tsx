"use client";
import Link from "next/link";
import { EndpointActions } from "./endpoint-actions.tsx";
import { EndpointEdit } from "./endpoint-edit.tsx";
import { EndpointShare } from "./endpoint-share.tsx";
import { EndpointStatus } from "./endpoint-status.tsx";
import { EndpointSummary } from "./endpoint-summary.tsx";
import { type EndpointTab, endpointTabs } from "./endpoint-tabs.ts";
import { PriceHistory } from "./price-history.tsx";
import { ModeBadge } from "@/components/ui/badge.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { TabLinks } from "@/components/ui/tab-links.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { useEndpoint } from "@/lib/query/use-endpoints.ts";

function TabBody({ tab, endpoint }: { readonly tab: EndpointTab; readonly endpoint: EndpointDto }) {
  switch (tab) {
    case "overview":
      return <EndpointSummary endpoint={endpoint} />;
    case "edit":
      return <EndpointEdit key={endpoint.updatedAt} endpoint={endpoint} />;
    case "share":
      return <EndpointShare endpoint={endpoint} />;
    case "prices":
      return <PriceHistory endpointId={endpoint.id} />;
  }
}

export function EndpointDetailPage({ id, tab }: { readonly id: string; readonly tab: EndpointTab }) {
  const { data: endpoint, error, refetch } = useEndpoint(id);
  if (error && !endpoint) {
    return (
      <Panel>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return (
    <>
      <PageHeader
        above={
          <Link href="/app/endpoints" className="text-sm text-soft underline-offset-4 hover:underline">
            Endpoints
          </Link>
        }
        title={endpoint?.title ?? <Skeleton className="h-7 w-56" />}
        description={
          endpoint && (
            <span className="flex flex-wrap items-center gap-2">
              <EndpointStatus status={endpoint.status} />
              <ModeBadge mode={endpoint.mode} />
              <span className="font-mono text-sm break-all">{endpoint.url}</span>
            </span>
          )
        }
        actions={endpoint && <EndpointActions endpoint={endpoint} />}
      />
      <TabLinks
        label="Endpoint"
        tabs={endpointTabs.map((entry) => ({
          href: `/app/endpoints/${id}?tab=${entry.id}`,
          label: entry.label,
          current: entry.id === tab,
        }))}
      />
      {endpoint ? (
        <TabBody tab={tab} endpoint={endpoint} />
      ) : (
        <Panel flush>
          <SkeletonRows />
        </Panel>
      )}
    </>
  );
}
