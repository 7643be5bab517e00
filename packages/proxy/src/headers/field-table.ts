/** A list of header fields: exact lower-case names, and prefixes for families. */
export interface FieldTable {
  readonly names: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

/** @param entries Lower-case names; a trailing `*` makes an entry a prefix. */
export function fieldTable(entries: readonly string[]): FieldTable {
  return {
    names: new Set(entries.filter((entry) => !entry.endsWith("*"))),
    prefixes: entries.filter((entry) => entry.endsWith("*")).map((entry) => entry.slice(0, -1)),
  };
}

/** @param name Lower-case. */
export function isListed(table: FieldTable, name: string): boolean {
  if (table.names.has(name)) return true;
  for (const prefix of table.prefixes) if (name.startsWith(prefix)) return true;
  return false;
}
