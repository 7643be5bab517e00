// Which packages there are, and where the steps of packaging leave what they make.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../lib/bootstrap.mjs";

/** Folders as they are published: cleaned manifest, README, licence, built files. */
export const stagingFolder = join(root, "dist", "staging");
/** `<name>-<version>.tgz` of each package. */
export const tarballFolder = join(root, "dist", "packages");

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * The packages that have something to publish: a `src/index.ts` or a `src/main.ts`.
 * @returns {{ folder: string, path: string, name: string, manifest: Record<string, any> }[]} in an order that builds
 */
export function listPackages() {
  return readdirSync(join(root, "packages"))
    .toSorted()
    .map((folder) => ({ folder, path: join(root, "packages", folder) }))
    .filter(({ path }) => ["index.ts", "main.ts"].some((entry) => existsSync(join(path, "src", entry))))
    .map((entry) => {
      const manifest = readJson(join(entry.path, "package.json"));
      return { ...entry, name: manifest.name, manifest };
    });
}

/** Every file that a manifest's `exports` and `bin` name, as paths from the package's folder. */
export function namedFiles(manifest) {
  const targets = [];
  const visit = (value) => {
    if (typeof value === "string") targets.push(value.replace(/^\.\//, ""));
    else if (value !== null && typeof value === "object") Object.values(value).forEach(visit);
  };
  visit(manifest.exports);
  visit(manifest.bin);
  return [...new Set(targets)];
}

/** `*.js` that can be imported or run from outside, as paths from the package's folder. */
export function entryFiles(manifest) {
  return namedFiles(manifest).filter((path) => path.endsWith(".js"));
}
