/** Fills the database of `DATABASE_URL`; prints one JSON document: `{login, notes}`. Run by scripts/db/seed.mjs. */
import { loadEnv } from "../lib/env.ts";
import { createPool } from "../lib/db.ts";
import { seedInstance } from "./seed/seed-instance.ts";

const env = loadEnv();
const pool = createPool(env.databaseUrl, { max: 2 });
try {
  const result = await seedInstance(pool, env, Date.now());
  process.stdout.write(JSON.stringify({ ...result, login: result.login ?? null }));
} finally {
  await pool.end();
}
