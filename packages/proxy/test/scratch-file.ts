import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The path of a database in a folder of its own. */
export function createScratchFile(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "paywall-sqlite-"));
  return { path: join(folder, "paywall.db"), remove: () => rmSync(folder, { recursive: true }) };
}
