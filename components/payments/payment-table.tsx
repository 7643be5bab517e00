import Link from "next/link";
import { PaymentState } from "./payment-state.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { type Column, DataTable, rowLink } from "@/components/ui/data-table.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PaymentDto } from "@/lib/query/dto.ts";
import { formatAmount, shorten } from "@/lib/query/format.ts";
import { wireNames } from "@/lib/query/overview-figures.ts";

function columns(showEndpoint: boolean): readonly Column<PaymentDto>[] {
  return [
    {
      key: "payment",
      header: showEndpoint ? "Endpoint" : "When",
      cell: (row) => (
        <>
          <Link href={`/app/payments/${row.id}`} className={rowLink}>
            {showEndpoint ? row.endpoint.title : <TimeAgo at={row.createdAt} />}
          </Link>
          <span className="mt-1 block sm:hidden">
            <PaymentState state={row.state} />
          </span>
          <span className="block text-sm text-faint sm:hidden">
            {wireNames[row.wire] ?? row.wire}
            {showEndpoint && (
              <>
                , <TimeAgo at={row.createdAt} />
              </>
            )}
          </span>
        </>
      ),
    },
    { key: "state", header: "State", wide: true, cell: (row) => <PaymentState state={row.state} /> },
    { key: "wire", header: "Paid with", wide: true, cell: (row) => wireNames[row.wire] ?? row.wire },
    {
      key: "payer",
      header: "Payer",
      wide: true,
      cell: (row) =>
        row.payer === null ? (
          <span className="whitespace-nowrap text-faint">not known</span>
        ) : (
          <span className="font-mono text-sm whitespace-nowrap" title={row.payer}>
            {shorten(row.payer)}
          </span>
        ),
    },
    ...(showEndpoint
      ? [{ key: "at", header: "When", wide: true, cell: (row: PaymentDto) => <TimeAgo at={row.createdAt} /> }]
      : []),
    {
      key: "amount",
      header: "Amount",
      align: "right",
      cell: (row) => (
        <>
          <Amount value={row.amount} className="font-medium" />
          {row.refunded !== "0" && (
            <span className="tabular block text-sm whitespace-nowrap text-soft">
              {formatAmount(row.refunded)} given back
            </span>
          )}
        </>
      ),
    },
  ];
}

export function PaymentTable({
  rows,
  showEndpoint = true,
}: {
  readonly rows: readonly PaymentDto[];
  readonly showEndpoint?: boolean;
}) {
  return (
    <DataTable caption="Payments" columns={columns(showEndpoint)} rows={rows} rowKey={(row) => row.id} />
  );
}
