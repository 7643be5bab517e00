// Whether npm can say what the packages are made of: the bill of materials that a release publishes beside its tarballs.
import { spawnSync } from "node:child_process";
import { root, withBin } from "../../lib/bootstrap.mjs";

/** @returns sentences; none where `npm sbom` names every package and every dependency of theirs */
export function checkSbom(packages) {
  // Without `--omit dev`, which also leaves out what a development dependency happens to use too (npm 11).
  const result = spawnSync("npm", ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
    env: { ...process.env, PATH: withBin() },
  });
  if (result.status !== 0) return [`npm sbom failed:\n${result.stderr.split("\n").slice(0, 5).join("\n")}`];
  const { components } = JSON.parse(result.stdout);
  const names = new Set(
    components.map(({ purl }) => decodeURIComponent(purl).replace(/^pkg:npm\/|@[^@/]+$/g, "")),
  );
  return packages
    .flatMap(({ name, manifest }) => [name, ...Object.keys(manifest.dependencies ?? {})])
    .filter((name) => !names.has(name))
    .map((name) => `npm sbom does not name ${name}`);
}
