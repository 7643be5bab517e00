/** See diff.mjs. */
export function writeMigration(
  name: string,
  options?: { readonly folder?: string; readonly schema?: string; readonly now?: Date },
): Promise<string | undefined>;
