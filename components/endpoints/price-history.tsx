"use client";
import { History } from "lucide-react";
import { type Column, DataTable } from "@/components/ui/data-table.tsx";
import { ListView } from "@/components/ui/list-view.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { PriceText } from "@/components/ui/price-text.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import { TimeAgo } from "@/components/ui/time-ago.tsx";
import type { PriceChangeDto } from "@/lib/query/dto.ts";
import { usePriceHistory } from "@/lib/query/use-endpoints.ts";

const none = <span className="text-faint">none</span>;

function Rule({ row }: { readonly row: PriceChangeDto }) {
  return row.rule === null ? "Default price" : <span className="font-mono text-sm">{row.rule}</span>;
}

const columns: readonly Column<PriceChangeDto>[] = [
  { key: "at", header: "When", wide: true, cell: (row) => <TimeAgo at={row.at} /> },
  { key: "rule", header: "What", wide: true, cell: (row) => <Rule row={row} /> },
  { key: "by", header: "Who", wide: true, cell: (row) => row.by },
  {
    key: "change",
    header: "Old → new",
    cell: (row) => (
      <>
        <span className="block text-sm text-faint sm:hidden">
          <Rule row={row} />, <TimeAgo at={row.at} /> by {row.by}
        </span>
        <span className="flex flex-wrap gap-x-2">
          {row.from === null ? none : <PriceText value={row.from} className="text-soft" />}
          <span>
            <span aria-hidden>→ </span>
            <span className="sr-only">became </span>
            {row.to === null ? none : <PriceText value={row.to} />}
          </span>
        </span>
      </>
    ),
  },
];

export function PriceHistory({ endpointId }: { readonly endpointId: string }) {
  const list = usePriceHistory(endpointId);
  return (
    <Panel flush>
      <ListView
        list={list}
        empty={
          <EmptyState icon={History} title="No changes yet">
            When you change a price or a rule, it is written here with who and when.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            caption="Price changes"
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.at} ${row.rule ?? ""}`}
          />
        )}
      </ListView>
    </Panel>
  );
}
