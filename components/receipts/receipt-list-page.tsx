"use client";
import { Download, ReceiptText } from "lucide-react";
import Link from "next/link";
import { Amount } from "@/components/ui/amount.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { type Column, DataTable, rowLink } from "@/components/ui/data-table.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { ModeSwitch } from "@/components/ui/mode-switch.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import { withQuery } from "@/lib/query/api-client.ts";
import type { ModeDto, ReceiptDto } from "@/lib/query/dto.ts";
import { shorten } from "@/lib/query/format.ts";
import { wireNames } from "@/lib/query/overview-figures.ts";
import { useMode } from "@/lib/query/use-mode.ts";
import { useReceipts } from "@/lib/query/use-receipts.ts";

const columns: readonly Column<ReceiptDto>[] = [
  {
    key: "receipt",
    header: "Receipt",
    cell: (row) => (
      <>
        <Link href={`/app/receipts/${row.id}`} className={rowLink}>
          {row.endpoint.title}
        </Link>
        <span className="block font-mono text-sm text-faint">{shorten(row.id, 10, 6)}</span>
      </>
    ),
  },
  { key: "wire", header: "Paid with", wide: true, cell: (row) => wireNames[row.wire] ?? row.wire },
  {
    key: "reference",
    header: "Reference",
    wide: true,
    cell: (row) => (
      <span className="font-mono text-sm" title={row.reference}>
        {shorten(row.reference)}
      </span>
    ),
  },
  { key: "at", header: "Settled", cell: (row) => <TimeAgo at={row.settledAt} /> },
  {
    key: "amount",
    header: "Amount",
    align: "right",
    cell: (row) => <Amount value={row.amount} className="font-medium" />,
  },
];

export function ReceiptListPage({ mode: asked }: { readonly mode: ModeDto | undefined }) {
  const mode = useMode(asked);
  const list = useReceipts({ mode });
  return (
    <>
      <PageHeader
        title="Receipts"
        description="Signed statements of what settled. Their sum is your revenue."
        actions={
          <>
            <ModeSwitch mode={mode} href={(each) => `/app/receipts?mode=${each}`} />
            <ButtonLink>
              <a href={withQuery("/api/v1/receipts.csv", { mode })} download>
                <Download aria-hidden />
                Export CSV
              </a>
            </ButtonLink>
          </>
        }
      />
      <Panel flush>
        <ListView
          list={list}
          empty={
            <EmptyState
              icon={ReceiptText}
              title={mode === "live" ? "No LIVE receipts yet" : "No receipts yet"}
              action={
                <ButtonLink variant="primary">
                  <Link href="/app/endpoints">Share a link</Link>
                </ButtonLink>
              }
            >
              Each payment that settles leaves one, signed by this instance.
            </EmptyState>
          }
        >
          {(rows) => <DataTable caption="Receipts" columns={columns} rows={rows} rowKey={(row) => row.id} />}
        </ListView>
      </Panel>
    </>
  );
}
