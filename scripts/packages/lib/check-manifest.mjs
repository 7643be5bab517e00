// Rules for a published package.json and the list of files beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageLimits } from "../limits.mjs";
import { namedFiles } from "./workspace.mjs";

const ours = /^(?:@x402-paywall\/|x402-paywall$)/;
const allowed = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/.+(?:\.js|\.d\.ts)$/,
  /^migrations\/.+\.sql$/,
];
const forbidden = [/\.test\.(?:js|d\.ts)$/, /\.test-d\./];

/** @returns sentences; none where all is well */
export function checkManifest({ folder, manifest, staged, files }) {
  return [
    ...checkFields(manifest),
    ...checkVersions(manifest),
    ...checkCount(folder, manifest),
    ...checkFiles(manifest, files),
    ...checkBins(manifest, staged, files),
  ];
}

function checkFields(manifest) {
  const faults = [];
  const want = (ok, sentence) => ok || faults.push(sentence);
  for (const field of ["description", "homepage", "bugs", "repository", "engines", "exports"])
    want(manifest[field] !== undefined, `package.json has no ${field}`);
  want(manifest.license === "MIT", "the licence is not MIT");
  want(manifest.type === "module", "it is not ESM");
  want((manifest.keywords ?? []).length >= 3, "it has fewer than three keywords");
  want(manifest.sideEffects !== undefined, "it does not say which modules have side effects");
  want(manifest.engines?.node === ">=22.19", "engines.node is not what the other packages say: >=22.19");
  want(manifest.private === undefined && manifest.scripts === undefined, "the manifest was not cleaned");
  for (const [path, entry] of Object.entries(manifest.exports ?? {})) {
    if (typeof entry === "string") continue;
    want(Object.keys(entry)[0] === "types", `export ${path} does not name its types first`);
    want(
      !JSON.stringify(entry).includes('"source"'),
      `export ${path} names sources, which are not published`,
    );
  }
  return faults;
}

/** Our own packages go together and are pinned; others may be patched without us. */
function checkVersions({ version, dependencies = {}, peerDependencies = {} }) {
  const faults = [];
  for (const [name, range] of Object.entries(dependencies)) {
    if (ours.test(name) ? range !== version : !range.startsWith("^"))
      faults.push(`dependency ${name} is asked for as ${range}`);
  }
  for (const [name, range] of Object.entries(peerDependencies))
    if (!range.startsWith(">=")) faults.push(`peer ${name} is asked for as ${range}`);
  return faults;
}

function checkCount(folder, { dependencies = {} }) {
  const most = packageLimits[folder]?.dependencies;
  if (most === undefined) return ["it has no row in scripts/packages/limits.mjs"];
  const foreign = Object.keys(dependencies).filter((name) => !ours.test(name));
  if (foreign.length <= most) return [];
  return [`it requires ${foreign.length} packages of others (${foreign.join(", ")}); ${most} are allowed`];
}

function checkFiles(manifest, files) {
  const paths = new Set(files.map(({ path }) => path));
  const faults = [...paths]
    .filter((path) => {
      const isTestSupport = path.includes("/testing/") && !isExported(manifest, path);
      const isAllowed = allowed.some((pattern) => pattern.test(path));
      return !isAllowed || isTestSupport || forbidden.some((pattern) => pattern.test(path));
    })
    .map((path) => `${path} does not belong into the package`);
  for (const path of ["README.md", "LICENSE", ...namedFiles(manifest)])
    if (!path.includes("*") && !paths.has(path)) faults.push(`${path} is missing`);
  return faults;
}

function isExported(manifest, path) {
  return namedFiles(manifest).some((file) => file.includes("/testing/") && path.startsWith(folderOf(file)));
}

function folderOf(file) {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

function checkBins(manifest, staged, files) {
  return Object.values(manifest.bin ?? {}).flatMap((target) => {
    const path = target.replace(/^\.\//, "");
    const file = files.find((entry) => entry.path === path);
    if (file === undefined) return [];
    const faults = [];
    if ((file.mode & 0o777) !== 0o755) faults.push(`${path} is not executable`);
    if (!readFileSync(join(staged, path), "utf8").startsWith("#!/usr/bin/env node\n"))
      faults.push(`${path} has no shebang`);
    return faults;
  });
}
