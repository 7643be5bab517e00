import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Change } from "./plan.ts";

/** Files with secrets in them: for their owner alone. */
const PRIVATE = new Set([".env", ".dev.vars"]);

/** New files that would take the place of others. */
export function findConflicts(changes: readonly Change[]): readonly string[] {
  return changes
    .filter(({ kind, before, after }) => kind === "create" && before !== undefined && before !== after)
    .map(({ path }) => path);
}

/** @throws CliError `exists`, before anything is written */
export function refuseConflicts(changes: readonly Change[], force: boolean): void {
  const conflicts = findConflicts(changes);
  if (force || conflicts.length === 0) return;
  throw new CliError(
    "exists",
    `${conflicts.join(", ")} ${conflicts.length === 1 ? "is" : "are"} there already, with something else in it.`,
    "Nothing was written. Move it away, or let it be overwritten with --force.",
  );
}

/** Writes what changes. */
export async function applyChanges(dir: string, changes: readonly Change[]): Promise<void> {
  for (const { path, before, after } of changes) {
    if (before === after) continue;
    const full = join(dir, path);
    const isPrivate = PRIVATE.has(path) && !existsSync(full);
    // oxlint-disable-next-line no-await-in-loop -- in order, so that a failure leaves a start and not a mixture
    await mkdir(dirname(full), { recursive: true });
    // oxlint-disable-next-line no-await-in-loop -- see above
    await writeFile(full, after, isPrivate ? { mode: 0o600 } : {});
    // oxlint-disable-next-line no-await-in-loop -- see above
    if (isPrivate) await chmod(full, 0o600);
  }
}
