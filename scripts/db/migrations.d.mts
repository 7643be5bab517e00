/** See migrations.mjs. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly generated: string;
  readonly schema: string;
  readonly checksum: string;
}
export const schemaFile: string;
export const migrationsFolder: string;
export const handWrittenMark: string;
export function readMigrations(folder?: string): Migration[];
