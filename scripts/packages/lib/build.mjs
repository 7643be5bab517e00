// `dist/` of every package. Incremental: takes a second where nothing changed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, withBin } from "../../lib/bootstrap.mjs";
import { listPackages } from "./workspace.mjs";

/**
 * Runs the `bundle.ts` of packages that have one, for files that the compiler does not make, then emits `.js` and `.d.ts`
 * of all. Throws a sentence with the output of what failed.
 */
export function buildPackages() {
  const packages = listPackages();
  for (const { path } of packages)
    if (existsSync(join(path, "bundle.ts"))) run("node", ["--conditions=source", "bundle.ts"], path);
  run("tsc", ["-b", ...packages.map(({ path }) => path)], root);
  return packages;
}

function run(tool, args, cwd) {
  const result = spawnSync(join(root, "node_modules", ".bin", tool), args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: withBin(), NO_COLOR: "1" },
  });
  if (result.status !== 0)
    throw new Error(`${tool} ${args[0]} failed in ${cwd}:\n${result.stdout}${result.stderr}`);
}
