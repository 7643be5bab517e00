import Link from "next/link";
import { type Column, DataTable, rowLink } from "@/components/ui/data-table.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonRows } from "@/components/ui/skeleton.tsx";
import type { OverviewDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";

type Row = OverviewDto["endpoints"][number];

const columns: readonly Column<Row>[] = [
  {
    key: "endpoint",
    header: "Endpoint",
    cell: (row) => (
      <>
        <Link href={`/app/endpoints/${row.id}`} className={rowLink}>
          {row.title}
        </Link>
        <span className="block font-mono text-sm text-faint">/p/{row.slug}</span>
      </>
    ),
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

export function EndpointRanking({ overview }: { readonly overview: OverviewDto | undefined }) {
  return (
    <Panel title="By endpoint" flush>
      {!overview ? (
        <SkeletonRows rows={3} />
      ) : overview.endpoints.length === 0 ? (
        <p className="p-5 text-soft">No endpoint was paid in this span.</p>
      ) : (
        <DataTable
          caption="Revenue by endpoint"
          columns={columns}
          rows={overview.endpoints}
          rowKey={(row) => row.id}
          footer={
            <tr className="border-t border-rule-strong font-semibold">
              <th scope="row" className="py-3 pl-5 text-left">
                Total
              </th>
              <td className="max-sm:hidden" />
              <td className="tabular py-3 pr-5 pl-3 text-right">
                <span className="ledger-total">{formatTotal(overview.totals.revenue)}</span>
              </td>
            </tr>
          }
        />
      )}
    </Panel>
  );
}
