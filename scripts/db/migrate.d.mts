import type { Migration } from "./migrations.mjs";

/** See migrate.mjs. */
export function migrate(
  url: string,
  options?: { readonly migrations?: readonly Migration[]; readonly log?: (line: string) => void },
): Promise<string[]>;
