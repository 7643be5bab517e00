import type { ModeDto } from "../query/dto.ts";

interface Ordered {
  readonly id: string;
}

/**
 * The first rows of one mode, or of both merged. The indexes of money's tables lead with the mode, so asking for each
 * reads a page, where asking for both at once would sort everything.
 */
export async function findAcrossModes<Row extends Ordered>(
  mode: ModeDto | undefined,
  options: { readonly limit: number; readonly timeOf: (row: Row) => Date },
  find: (mode: ModeDto) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  if (mode !== undefined) return find(mode);
  const { limit, timeOf } = options;
  const rows = (await Promise.all([find("test"), find("live")])).flat();
  return rows.toSorted((a, b) => timeOf(b).getTime() - timeOf(a).getTime() || compareIds(a, b)).slice(0, limit);
}

function compareIds(a: Ordered, b: Ordered): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
