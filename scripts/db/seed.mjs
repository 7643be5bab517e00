// Fills an instance once: the demo creator in development, and the account that INIT_USER_EMAIL names, in any.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root } from "../lib/bootstrap.mjs";
import { withDatabase } from "./with-database.mjs";

/**
 * Idempotent; the data itself is written by prisma/seed.ts, on a Node that reads the packages' sources.
 * @returns `{ email, password }` to sign in with, or `undefined` where the instance has no account of ours
 * @throws Error whose message says what to do
 */
export async function seed({ env = process.env, log = () => {} } = {}) {
  const result = spawnSync(process.execPath, ["--conditions=source", join(root, "prisma", "seed.ts")], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (result.status !== 0)
    throw new Error(`The database could not be seeded.\n${result.error?.message ?? result.stderr}`);
  const { login, notes } = JSON.parse(result.stdout);
  for (const note of notes) log(note);
  return login ?? undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const log = (line) => process.stdout.write(`${line}\n`);
    const login = await withDatabase((url) => seed({ env: { DATABASE_URL: url }, log }));
    if (login !== undefined) log(`Sign in as ${login.email} with ${login.password}`);
  } catch (error) {
    fail(error.message);
  }
}
