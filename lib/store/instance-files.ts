import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const config = z.object({ secretKey: z.string() });
const postgres = z.object({ port: z.number(), password: z.string() });

/** The instance's secret from `config.json` of its data folder: made by whichever process needs it first. */
export function readSecretKey(dataDir: string): string {
  const file = join(dataDir, "config.json");
  const known = readJson(file, config);
  if (known !== undefined) return known.secretKey;
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify({ secretKey: randomBytes(32).toString("base64url") }, null, 2)}\n`, {
    mode: 0o600,
  });
  try {
    // Fails where another process was first: then its secret is the instance's.
    linkSync(draft, file);
  } catch (error) {
    if (readJson(file, config) === undefined) {
      throw new Error(
        `${file} cannot be read or written. Repair it, or remove it to have a new secret made.`,
        { cause: error },
      );
    }
  } finally {
    rmSync(draft);
  }
  return readSecretKey(dataDir);
}

/** Where the instance's own Postgres listens (`scripts/db/postgres.mjs` keeps it there), if there is one. */
export function readDatabaseUrl(dataDir: string): string | undefined {
  const known = readJson(join(dataDir, "postgres.json"), postgres);
  return known === undefined
    ? undefined
    : `postgres://postgres:${known.password}@127.0.0.1:${known.port}/paywall`;
}

function readJson<T>(file: string, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
