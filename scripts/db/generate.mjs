// Generates the Prisma client into generated/prisma, without the network, and only when the schema has changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root } from "../lib/bootstrap.mjs";

const schema = join(root, "prisma", "schema.prisma");
const stamp = join(root, "generated", "prisma", ".schema-hash");

/** @returns whether the client had to be generated. Throws a sentence when it fails. */
export function generateClient() {
  const wanted = createHash("sha256")
    .update(readFileSync(schema))
    .update(readFileSync(join(root, "node_modules", "prisma", "package.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  const cli = join(root, "node_modules", "prisma", "build", "index.js");
  const result = spawnSync(process.execPath, [cli, "generate"], {
    cwd: root,
    encoding: "utf8",
    // The client needs no engine, yet the CLI downloads one unless this names a file that exists.
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (result.status !== 0) {
    throw new Error(
      `\`prisma generate\` failed; correct prisma/schema.prisma and run the command again.\n${result.stdout}${result.stderr}`,
    );
  }
  writeFileSync(stamp, wanted);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.stdout.write(
      generateClient() ? "Generated the database client.\n" : "The database client is up to date.\n",
    );
  } catch (error) {
    fail(error.message);
  }
}
