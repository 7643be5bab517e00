import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By name of the package, the path of what would be published. */
export type Tarballs = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Points a project at the packed packages: those that `init` added, and by `overrides` what they need of each other. */
export function useTarballs(folder: string, packed: Tarballs): void {
  const path = join(folder, "package.json");
  const manifest: Manifest = JSON.parse(readFileSync(path, "utf8"));
  const tarballs = new Map(Object.entries(packed).map(([name, tarball]) => [name, `file:${tarball}`]));
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
    name,
    tarballs.get(name) ?? range,
  ]);
  const after = {
    ...manifest,
    dependencies: Object.fromEntries(dependencies),
    overrides: { ...manifest.overrides, ...Object.fromEntries(tarballs) },
  };
  writeFileSync(path, `${JSON.stringify(after, undefined, 2)}\n`);
}
