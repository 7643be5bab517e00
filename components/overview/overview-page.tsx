"use client";
import { Link2 } from "lucide-react";
import Link from "next/link";
import { EndpointRanking } from "./endpoint-ranking.tsx";
import { HealthPanel } from "./health-panel.tsx";
import { RevenuePanel } from "./revenue-panel.tsx";
import { StatTiles } from "./stat-tiles.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ModeSwitch } from "@/components/ui/mode-switch.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { EmptyState, ErrorState } from "@/components/ui/states.tsx";
import { SegmentLinks } from "@/components/ui/tab-links.tsx";
import { withQuery } from "@/lib/query/api-client.ts";
import type { ModeDto, RangeDto } from "@/lib/query/dto.ts";
import { ranges } from "@/lib/query/overview-figures.ts";
import { useMode } from "@/lib/query/use-mode.ts";
import { useEndpoints } from "@/lib/query/use-endpoints.ts";
import { useOverview } from "@/lib/query/use-overview.ts";

const newEndpoint = (
  <ButtonLink variant="primary">
    <Link href="/app/endpoints/new">New endpoint</Link>
  </ButtonLink>
);

export function OverviewPage({
  range,
  mode: asked,
}: {
  readonly range: RangeDto;
  readonly mode: ModeDto | undefined;
}) {
  const mode = useMode(asked);
  const overview = useOverview({ range, mode });
  const all = useEndpoints();
  const endpoints = useEndpoints({ mode });
  const isNew = !all.isPending && !all.error && all.items.length === 0;
  const kept = asked === undefined ? {} : { mode: asked };
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <>
            <ModeSwitch mode={mode} href={(each) => withQuery("/app", { range, mode: each })} />
            <SegmentLinks
              label="Time range"
              tabs={ranges.map((entry) => ({
                href: withQuery("/app", { range: entry, ...kept }),
                label: entry,
                current: entry === range,
              }))}
            />
          </>
        }
      />
      {isNew ? (
        <Panel>
          <EmptyState icon={Link2} title="Put a price on your first URL" action={newEndpoint}>
            Paste the address of an API, a stream, a file or a page. You get a link that anybody can pay, a
            person or an agent.
          </EmptyState>
        </Panel>
      ) : overview.error && !overview.data ? (
        <Panel>
          <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
        </Panel>
      ) : (
        <div className="space-y-6" aria-busy={overview.isPlaceholderData}>
          <StatTiles overview={overview.data} />
          <RevenuePanel overview={overview.data} />
          <div className="grid gap-6 lg:grid-cols-[3fr_2fr]">
            <EndpointRanking overview={overview.data} />
            <HealthPanel list={endpoints} mode={mode} />
          </div>
        </div>
      )}
    </>
  );
}
