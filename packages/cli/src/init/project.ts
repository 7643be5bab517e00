import { isJsonObject, type JsonObject, parseJson } from "@x402-paywall/core";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";

export const frameworks = ["express", "fastify", "next", "workers"] as const;
export type Framework = (typeof frameworks)[number];

export const packageManagers = ["npm", "pnpm", "yarn", "bun"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** What lies in a folder before `init` adds to it. */
export interface Project {
  readonly dir: string;
  /** Text of package.json. */
  readonly manifestText: string | undefined;
  readonly manifest: JsonObject;
  /** Those that were found, the likeliest first. */
  readonly frameworks: readonly Framework[];
  readonly isTypeScript: boolean;
  /** ES modules, where a file's name does not say. */
  readonly isModule: boolean;
  /** Nothing but hidden files. */
  readonly isEmpty: boolean;
  readonly packageManager: PackageManager;
  /** Text of a file below the folder; `undefined` where there is none. */
  readonly read: (path: string) => string | undefined;
}

const LOCKS: readonly (readonly [file: string, manager: PackageManager])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
];
export const WRANGLER_FILES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"] as const;

/** @throws CliError `usage` where package.json is broken */
export function readProject(dir: string): Project {
  const read = (path: string): string | undefined => {
    const full = join(dir, path);
    return existsSync(full) ? readFileSync(full, "utf8") : undefined;
  };
  const manifestText = read("package.json");
  const manifest = manifestText === undefined ? {} : parseJson(manifestText);
  if (!isJsonObject(manifest))
    throw new CliError("usage", "package.json is not valid JSON.", "Repair it first.");
  const names = existsSync(dir) ? readdirSync(dir) : [];
  const has = (file: string): boolean => names.includes(file);
  return {
    dir,
    manifestText,
    manifest,
    frameworks: findFrameworks(manifest, names),
    isTypeScript: has("tsconfig.json"),
    isModule: manifest.type === "module",
    isEmpty: names.every((name) => name.startsWith(".")),
    packageManager: LOCKS.find(([file]) => has(file))?.[1] ?? "npm",
    read,
  };
}

function findFrameworks(manifest: JsonObject, names: readonly string[]): readonly Framework[] {
  const uses = (name: string): boolean =>
    [manifest.dependencies, manifest.devDependencies].some((list) => isJsonObject(list) && name in list);
  const found: Framework[] = [];
  if (WRANGLER_FILES.some((file) => names.includes(file))) found.push("workers");
  if (uses("next") || names.some((name) => /^next\.config\.[cm]?[jt]s$/.test(name))) found.push("next");
  if (uses("fastify")) found.push("fastify");
  if (uses("express")) found.push("express");
  return found;
}
