// Builds the app, and only when what it is made of has changed since the last build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWidget } from "../../packages/widget/bundle.ts";

const sources = [
  "app",
  "components",
  "lib",
  "packages",
  "prisma/schema.prisma",
  "public",
  "middleware.ts",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
  "tsconfig.base.json",
  "package-lock.json",
];
const ignored = new Set(["node_modules", "dist", "testing", "vectors", "cases"]);

/** A digest over the content of every file that the build reads. */
export function hashSources(root) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isFile()) {
      if (/\.test\.tsx?$/.test(path)) return;
      hash.update(path).update("\0").update(readFileSync(full)).update("\0");
      return;
    }
    for (const name of readdirSync(full).toSorted()) if (!ignored.has(name)) visit(join(path, name));
  };
  for (const source of sources) visit(source);
  return hash.digest("hex");
}

/** `/w.js`, the widget's one file, which the app serves as it is: an instance with reload needs it too. */
export async function buildWidget(root) {
  await writeWidget(join(root, "public", "w.js"));
}

/** After {@link buildWidget}. @returns whether a build was needed. Throws a sentence when it fails. */
export function buildApp(root, env, { log = () => {}, silent = false } = {}) {
  const stamp = join(root, ".next", "source-hash");
  const wanted = hashSources(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  log("Building the app (once, and again when sources change) …");
  const result = spawnSync(
    process.execPath,
    [join(root, "node_modules", "next", "dist", "bin", "next"), "build"],
    {
      cwd: root,
      env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      stdio: silent ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    },
  );
  if (result.status !== 0) {
    const output = silent ? `\n${result.stdout}${result.stderr}` : "";
    throw new Error(`The build failed; the lines above say where.${output}`);
  }
  mkdirSync(join(root, ".next"), { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}
