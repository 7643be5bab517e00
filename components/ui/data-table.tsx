import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface Column<T> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  readonly align?: "right";
  /** Left out below 640 px. */
  readonly wide?: boolean;
}

/** A ledger: hairlines between rows, figures right-aligned, a row's first link covers the row. */
export function DataTable<T>({
  caption,
  columns,
  rows,
  rowKey,
  footer,
  scrolls = false,
}: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly footer?: ReactNode;
  /** Keeps a long table within 24 rem, its total in sight. */
  readonly scrolls?: boolean;
}) {
  const firstOnPhone = columns.find((column) => column.wide !== true);
  const look = (column: Column<T>): string =>
    classNames(
      "px-3 first:pl-5 last:pr-5",
      column === firstOnPhone && "max-sm:pl-5",
      column.align === "right" && "text-right tabular",
      column.wide && "max-sm:hidden",
    );
  return (
    <div className={scrolls ? "max-h-96 overflow-auto rounded-b-md" : "overflow-x-auto rounded-b-md"}>
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-rule text-sm text-faint">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classNames("py-2 font-medium whitespace-nowrap", look(column))}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-rule">
          {rows.map((row) => (
            <tr key={rowKey(row)} className="relative has-[a]:hover:bg-sunken">
              {columns.map((column) => (
                <td key={column.key} className={classNames("py-3 align-top", look(column))}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {footer !== undefined && <tfoot className="sticky bottom-0 bg-surface">{footer}</tfoot>}
      </table>
    </div>
  );
}

/** For the first link of a row: its target is the whole row. */
export const rowLink = "font-medium after:absolute after:inset-0 hover:underline underline-offset-4";
