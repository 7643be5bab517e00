import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildPackages } from "../../scripts/packages/lib/build.mjs";
import { packPackages } from "../../scripts/packages/lib/pack.mjs";
import { npmInstall, runCommand } from "./shell.ts";
import { starters } from "./starters.ts";
import { type Tarballs, useTarballs } from "./use-tarballs.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** False where the npm registry does not answer: then no starter can be fetched. */
    hasRegistry: boolean;
    tarballs: Tarballs;
    /** Where the packed CLI is installed, outside of the repository. */
    cliFolder: string;
  }
}

/** Packs all packages as they would be published, and installs the CLI out of them, once for all starters. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "x402-paywall-cli-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const hasRegistry = await answers(folder);
    project.provide("hasRegistry", hasRegistry);
    if (hasRegistry) await installCli(folder, project);
    else
      process.stdout.write(
        `\nSKIPPED ${starters.length}: the npm registry does not answer, and every framework's starter comes from there.\n\n`,
      );
    return remove;
  } catch (error) {
    remove();
    throw error;
  }
}

/** `--prefer-online`: what npm has in its cache says nothing of the registry. */
function answers(folder: string): Promise<boolean> {
  const patience = ["--prefer-online", "--fetch-retries=1", "--fetch-timeout=10000"];
  return runCommand(["npm", "view", "express-generator@4.16.1", "version", ...patience], folder).then(
    () => true,
    () => false,
  );
}

async function installCli(folder: string, project: TestProject): Promise<void> {
  buildPackages();
  const tarballs = Object.fromEntries(packPackages().map(({ name, tarball }) => [name, tarball]));
  const manifest = { name: "terminal", private: true, dependencies: { "x402-paywall": "*" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  useTarballs(folder, tarballs);
  await runCommand(npmInstall, folder);
  project.provide("tarballs", tarballs);
  project.provide("cliFolder", folder);
}
