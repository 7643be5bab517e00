import { type Cursor, formatCursor } from "../http/cursor.ts";
import type { PageDto } from "../query/dto.ts";

/** Order of every list; the indexes have it. */
export const newestFirst = [{ createdAt: "desc" as const }, { id: "asc" as const }];

/** Prisma condition for the rows behind a cursor, in the order of {@link newestFirst}. */
export function afterCursor(cursor: Cursor | undefined) {
  if (cursor === undefined) return {};
  const { at, id } = cursor;
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { gt: id } }] };
}

/** A page out of one row more than it holds: that row says whether another page follows. */
export function toPage<Row extends { readonly id: string }, Dto>(
  rows: readonly Row[],
  limit: number,
  timeOf: (row: Row) => Date,
  toDto: (row: Row) => Dto,
): PageDto<Dto> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? formatCursor({ at: timeOf(last), id: last.id }) : null;
  return { items: shown.map(toDto), nextCursor };
}

/** For `timeOf` of {@link toPage}. */
export function byCreation(row: { readonly createdAt: Date }): Date {
  return row.createdAt;
}
