// Every check of what would be published, on the packed tarballs.
import { join } from "node:path";
import { root } from "../../lib/bootstrap.mjs";
import { checkGraph } from "./check-graph.mjs";
import { checkManifest } from "./check-manifest.mjs";
import { checkSbom } from "./check-sbom.mjs";
import { askPublint, askTypesWrong } from "./check-tools.mjs";
import { checkSizes, formatSizes, measureBundles, measurePackage } from "./measure.mjs";
import { readJson } from "./workspace.mjs";

/**
 * Prints the sizes, and each fault. @param packages of `packPackages`
 * @returns how many packages passed and failed
 */
export async function checkPackages(packages) {
  const result = { passed: 0, failed: 0 };
  const sizes = [...packages.flatMap(measurePackage), ...(await measureBundles())];
  process.stdout.write(`${formatSizes(sizes)}\n`);
  const report = (name, faults) => {
    result[faults.length === 0 ? "passed" : "failed"] += 1;
    process.stdout.write(`${faults.length === 0 ? "ok  " : "FAIL"} ${name}\n`);
    for (const fault of faults) process.stdout.write(`     ${fault}\n`);
  };
  for (const entry of packages) {
    report(`${entry.name} (manifest, files, imports, publint, attw)`, [
      ...checkManifest(entry),
      ...(await checkGraph(entry)),
      ...(await askPublint(entry)),
      ...(await askTypesWrong(entry)),
    ]);
  }
  report("sizes", checkSizes(sizes));
  report("one version for all (changesets)", checkVersions(packages));
  report("bill of materials (npm sbom)", checkSbom(packages));
  return result;
}

/** All packages are released together: a mixed set is one that nobody has tested. */
function checkVersions(packages) {
  const { fixed } = readJson(join(root, ".changeset", "config.json"));
  const [group = []] = fixed;
  const versions = new Set(packages.map(({ manifest }) => manifest.version));
  return [
    ...(versions.size > 1 ? [`versions differ: ${[...versions].join(", ")}`] : []),
    ...packages
      .filter(({ name }) => !group.includes(name))
      .map(({ name }) => `${name} is not in the fixed group of .changeset/config.json`),
  ];
}
