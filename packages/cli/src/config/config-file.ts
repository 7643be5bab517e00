import { isJsonObject, parseJson } from "@x402-paywall/core";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

/** What is remembered between runs: an API key for each instance, and which instance is meant. */
export interface Config {
  /** Origin. */
  readonly current: string | undefined;
  /** By origin. */
  readonly keys: Readonly<Record<string, string>>;
}

/** `$XDG_CONFIG_HOME/x402-paywall/config.json`, `%APPDATA%` on Windows. */
export function configPath({ env }: Pick<Terminal, "env">): string {
  const set = env["XDG_CONFIG_HOME"] ?? "";
  const base = set === "" ? (env["APPDATA"] ?? join(env["HOME"] ?? homedir(), ".config")) : set;
  return join(base, "x402-paywall", "config.json");
}

/** @throws CliError `usage` for a file that is none of ours */
export async function readConfig(terminal: Pick<Terminal, "env">): Promise<Config> {
  const path = configPath(terminal);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return { current: undefined, keys: {} };
  const json = parseJson(text);
  if (!isJsonObject(json))
    throw new CliError(
      "usage",
      `${path} is not valid JSON.`,
      "Repair it, or remove it and add the key again: x402-paywall keys use.",
    );
  const keys = isJsonObject(json.keys) ? json.keys : {};
  const texts = Object.entries(keys).flatMap(([origin, key]) =>
    typeof key === "string" ? [[origin, key] as const] : [],
  );
  return {
    current: typeof json.current === "string" ? json.current : undefined,
    keys: Object.fromEntries(texts),
  };
}

/** Writes it whole, for its owner alone. @returns where */
export async function writeConfig(config: Config, terminal: Pick<Terminal, "env">): Promise<string> {
  const path = configPath(terminal);
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    await chmod(temporary, 0o600);
    // Whoever reads meanwhile reads the old one or the new one.
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}
