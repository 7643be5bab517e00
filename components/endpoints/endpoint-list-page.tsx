"use client";
import { Link2, Plus } from "lucide-react";
import Link from "next/link";
import { EndpointStatus } from "./endpoint-status.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { type Column, DataTable, rowLink } from "@/components/ui/data-table.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import type { EndpointDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";
import { useEndpoints } from "@/lib/query/use-endpoints.ts";

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
        <PriceText value={row.price} className="block text-sm text-soft sm:hidden" />
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
    cell: (row) => <PriceText value={row.price} />,
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

const create = (
  <ButtonLink variant="primary">
    <Link href="/app/endpoints/new">
      <Plus aria-hidden />
      New endpoint
    </Link>
  </ButtonLink>
);

export function EndpointListPage() {
  const list = useEndpoints();
  return (
    <>
      <PageHeader
        title="Endpoints"
        description="Each is a URL of yours with a price and a link."
        actions={create}
      />
      <Panel flush>
        <ListView
          list={list}
          empty={
            <EmptyState icon={Link2} title="No endpoints yet" action={create}>
              Paste a URL and set a price. The link works at once.
            </EmptyState>
          }
        >
          {(rows) => <DataTable caption="Endpoints" columns={columns} rows={rows} rowKey={(row) => row.id} />}
        </ListView>
      </Panel>
    </>
  );
}
