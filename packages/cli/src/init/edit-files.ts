import { isJsonObject, type JsonObject } from "@x402-paywall/core";
import type { Change, Choices, Plan } from "./plan.ts";
import type { Project } from "./project.ts";

/** Adds dependencies and scripts; what is there stays as it is. */
export function editManifest(project: Project, plan: Plan, name: string): Change {
  const { manifestText: before, manifest } = project;
  const start: JsonObject = before === undefined ? { name, private: true, type: "module" } : manifest;
  const after = {
    ...start,
    ...merged(start, "scripts", plan.scripts, false),
    ...merged(start, "dependencies", plan.dependencies, true),
    ...merged(start, "devDependencies", plan.devDependencies, true),
  };
  const indent = /^([ \t]+)"/m.exec(before ?? "")?.[1] ?? "  ";
  const text = `${JSON.stringify(after, undefined, indent)}\n`;
  const isSame = before !== undefined && JSON.stringify(manifest) === JSON.stringify(after);
  return { path: "package.json", before, after: isSame ? before : text, kind: "merge" };
}

function merged(
  manifest: JsonObject,
  member: string,
  added: Readonly<Record<string, string>>,
  sorted: boolean,
): JsonObject {
  const present = manifest[member];
  const old: JsonObject = isJsonObject(present) ? present : {};
  const missing = Object.entries(added).filter(([name]) => !(name in old));
  if (missing.length === 0) return {};
  const all = [...Object.entries(old), ...missing];
  return { [member]: Object.fromEntries(sorted ? all.toSorted(([a], [b]) => (a < b ? -1 : 1)) : all) };
}

/** The secret and the public URL; a line that is there is never changed. */
export function editEnv(project: Project, { secret }: Choices, url: string): Change {
  const before = project.read(".env");
  const lines = [
    ["PAYWALL_SECRET", secret],
    ["PUBLIC_URL", url],
  ].filter(([name]) => !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, "m").test(before ?? ""));
  return {
    path: ".env",
    before,
    after: appended(
      before,
      lines.map(([name, value]) => `${name}=${value}`),
    ),
    kind: "merge",
  };
}

/** Secrets and what is installed stay out of the repository. */
export function editGitignore(project: Project, files: readonly string[]): Change {
  const before = project.read(".gitignore");
  const present = (before ?? "").split("\n").map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const covers = (file: string): boolean =>
    present.includes(file) ||
    (file === ".env" && present.includes(".env*")) ||
    (file === ".dev.vars" && present.includes(".dev.vars*"));
  const missing = files.filter((file) => !covers(file));
  return { path: ".gitignore", before, after: appended(before, missing), kind: "merge" };
}

function appended(before: string | undefined, lines: readonly string[]): string {
  if (lines.length === 0) return before ?? "";
  const start =
    before === undefined || before === "" || before.endsWith("\n") ? (before ?? "") : `${before}\n`;
  return `${start}${lines.join("\n")}\n`;
}
