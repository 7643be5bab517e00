// Packs every package: a staging folder as it would be published, then `npm pack` of that.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, withBin } from "../../lib/bootstrap.mjs";
import { toPublishedManifest } from "./manifest.mjs";
import { listPackages, namedFiles, stagingFolder, tarballFolder } from "./workspace.mjs";

/**
 * @returns for each package `{ folder, name, manifest, staged, tarball, size, unpackedSize, files }`; `manifest` is the
 * published one, `files` are paths with their `size` and `mode`, sizes are bytes
 */
export function packPackages() {
  for (const folder of [stagingFolder, tarballFolder]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const staged = listPackages().map(stagePackage);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", tarballFolder];
  const result = spawnSync("npm", [...args, ...staged.map(({ staged: path }) => path)], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    env: { ...process.env, PATH: withBin() },
  });
  if (result.status !== 0) throw new Error(`npm pack failed:\n${result.stdout}${result.stderr}`);
  const packed = new Map(readPacked(result.stdout).map((entry) => [entry.name, entry]));
  return staged.map((entry) => {
    const { filename, size, unpackedSize, files } = packed.get(entry.name) ?? {};
    if (filename === undefined) throw new Error(`npm pack said nothing of ${entry.name}`);
    return { ...entry, tarball: join(tarballFolder, filename), size, unpackedSize, files };
  });
}

/** An array up to npm 11, an object by name from npm 12 on. */
function readPacked(text) {
  return Object.values(JSON.parse(text));
}

function stagePackage(workspacePackage) {
  const { folder, path, name } = workspacePackage;
  const manifest = toPublishedManifest(workspacePackage);
  const staged = join(stagingFolder, folder);
  mkdirSync(staged, { recursive: true });
  writeFileSync(join(staged, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  cpSync(join(root, "LICENSE"), join(staged, "LICENSE"));
  for (const file of ["README.md", "CHANGELOG.md"])
    if (existsSync(join(path, file))) cpSync(join(path, file), join(staged, file));
  for (const file of publishedFiles(path, manifest)) {
    mkdirSync(dirname(join(staged, file)), { recursive: true });
    cpSync(join(path, file), join(staged, file));
  }
  for (const file of Object.values(manifest.bin ?? {}))
    if (existsSync(join(staged, file))) chmodSync(join(staged, file), 0o755);
  return { folder, name, manifest, staged };
}

/**
 * Files below what the manifest's `files` names. Of `dist` only what has a source, or is named by the manifest: the
 * compiler leaves the outputs of deleted sources behind.
 */
function publishedFiles(path, manifest) {
  const wanted = (manifest.files ?? []).filter((pattern) => !pattern.startsWith("!"));
  const named = new Set([...namedFiles(manifest), ...wanted]);
  return wanted
    .flatMap((pattern) => listFiles(path, pattern))
    .filter((file) => {
      const [, stem] = /^dist\/(.+?)(?:\.d\.ts|\.js)$/.exec(file) ?? [];
      if (!file.startsWith("dist/") || named.has(file)) return true;
      return stem !== undefined && [".ts", ".tsx"].some((end) => existsSync(join(path, "src", stem + end)));
    });
}

function listFiles(path, start) {
  if (!existsSync(join(path, start))) return [];
  const entries = readdirSync(join(path, dirname(start)), { withFileTypes: true });
  const own = entries.find((entry) => join(dirname(start), entry.name) === join(start));
  if (own?.isFile()) return [start];
  return readdirSync(join(path, start), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}
