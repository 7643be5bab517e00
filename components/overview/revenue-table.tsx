import { type Column, DataTable } from "@/components/ui/data-table.tsx";
import type { OverviewDto } from "@/lib/query/dto.ts";
import { formatCount, formatTotal } from "@/lib/query/format.ts";
import { bucketLabel, wireNames, wiresOf } from "@/lib/query/overview-figures.ts";

type Bucket = OverviewDto["series"][number];

/** The chart in figures, newest first, with the total under a double rule. */
export function RevenueTable({ overview }: { readonly overview: OverviewDto }) {
  const wires = wiresOf(overview);
  const columns: readonly Column<Bucket>[] = [
    { key: "at", header: "When", cell: (bucket) => bucketLabel(bucket.at, overview.range) },
    ...wires.map((wire): Column<Bucket> => ({
      key: wire,
      header: wireNames[wire] ?? wire,
      align: "right",
      wide: true,
      cell: (bucket) => formatTotal(bucket.byWire[wire] ?? "0"),
    })),
    { key: "paid", header: "Paid", align: "right", cell: (bucket) => formatCount(bucket.paidRequests) },
    { key: "revenue", header: "Revenue", align: "right", cell: (bucket) => formatTotal(bucket.revenue) },
  ];
  return (
    <DataTable
      scrolls
      caption="Revenue over time"
      columns={columns}
      rows={overview.series.toReversed()}
      rowKey={(bucket) => bucket.at}
      footer={
        <tr className="border-t border-rule-strong font-semibold">
          <th scope="row" className="py-3 pl-5 text-left">
            Total
          </th>
          {wires.map((wire) => (
            <td key={wire} className="max-sm:hidden" />
          ))}
          <td className="tabular px-3 py-3 text-right">{formatCount(overview.totals.paidRequests)}</td>
          <td className="tabular py-3 pr-5 pl-3 text-right">
            <span className="ledger-total">{formatTotal(overview.totals.revenue)}</span>
          </td>
        </tr>
      }
    />
  );
}
