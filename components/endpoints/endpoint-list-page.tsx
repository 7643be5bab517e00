"use client";
import { Link2, Plus } from "lucide-react";
import Link from "next/link";
import { EndpointStatus } from "./endpoint-status.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { type Column, DataTable, rowLink } from "@/components/ui/data-table.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { ModeSwitch } from "@/components/ui/mode-switch.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import type { EndpointDto, ModeDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";
import { useMode } from "@/lib/query/use-mode.ts";
import { useEndpoints } from "@/lib/query/use-endpoints.ts";
import { useSatRate } from "@/lib/query/use-sat-rate.ts";

const columns: readonly Column<EndpointDto>[] = [
  {
    key: "endpoint",
    header: "Endpoint",
    cell: (row) => (
      <div className="min-w-0">
        <Link href={`/app/endpoints/${row.id}`} className={rowLink}>
          {row.title}
        </Link>
        <span className="block font-mono text-sm break-all text-faint">/p/{row.slug}</span>
        <EndpointPrice endpoint={row} className="block text-sm text-soft sm:hidden" />
        <span className="mt-1 block sm:hidden">
          <EndpointStatus status={row.status} />
        </span>
      </div>
    ),
  },
  { key: "status", header: "Status", wide: true, cell: (row) => <EndpointStatus status={row.status} /> },
  {
    key: "price",
    header: "Price",
    align: "right",
    wide: true,
    cell: (row) => <EndpointPrice endpoint={row} />,
  },
  {
    key: "paid",
    header: "Paid requests",
    align: "right",
    wide: true,
    cell: (row) => formatCount(row.paidRequests),
  },
  { key: "revenue", header: "Revenue", align: "right", cell: (row) => formatTotal(row.revenue) },
];

function EndpointPrice({
  endpoint,
  className = "",
}: {
  readonly endpoint: EndpointDto;
  readonly className?: string;
}) {
  return <PriceText value={endpoint.price} msatPerUsd={useSatRate()(endpoint)} className={className} />;
}

const create = (
  <ButtonLink variant="primary">
    <Link href="/app/endpoints/new">
      <Plus aria-hidden />
      New endpoint
    </Link>
  </ButtonLink>
);

/** In LIVE, nothing there does not mean that nothing was made. */
const noneLive = (
  <EmptyState
    icon={Link2}
    title="Nothing is LIVE yet"
    action={
      <ButtonLink>
        <Link href="/app/endpoints?mode=test">See the TEST endpoints</Link>
      </ButtonLink>
    }
  >
    Open an endpoint and choose Go live. Where its money goes is set in{" "}
    <Link href="/app/settings/rails" className="text-accent underline underline-offset-4">
      Settings
    </Link>
    .
  </EmptyState>
);

export function EndpointListPage({ mode: asked }: { readonly mode: ModeDto | undefined }) {
  const mode = useMode(asked);
  const list = useEndpoints({ mode });
  return (
    <>
      <PageHeader
        title="Endpoints"
        description="Each is a URL of yours with a price and a link."
        actions={
          <>
            <ModeSwitch mode={mode} href={(each) => `/app/endpoints?mode=${each}`} />
            {create}
          </>
        }
      />
      <Panel flush>
        <ListView
          list={list}
          empty={
            mode === "live" ? (
              noneLive
            ) : (
              <EmptyState icon={Link2} title="No endpoints yet" action={create}>
                Paste a URL and set a price. The link works at once.
              </EmptyState>
            )
          }
        >
          {(rows) => <DataTable caption="Endpoints" columns={columns} rows={rows} rowKey={(row) => row.id} />}
        </ListView>
      </Panel>
    </>
  );
}
