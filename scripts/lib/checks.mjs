// The static checks, in the order in which a fault is cheapest to find.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { listPackages } from "../packages/lib/workspace.mjs";
import { root, withBin } from "./bootstrap.mjs";

const checks = [
  { name: "format (oxfmt)", command: ["oxfmt", "--check"] },
  { name: "lint, types and layers (oxlint)", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  {
    name: "types of the packages (tsc -b)",
    command: ["tsc", "-b", ...listPackages().map(({ path }) => path)],
  },
  { name: "types of the app (tsc)", command: ["tsc", "--noEmit"] },
  { name: "unused files, exports and dependencies (knip)", command: ["knip", "--no-progress"] },
];

/** Runs each check; prints the output of those that fail. @returns how many passed and failed */
export function runChecks() {
  const result = { passed: 0, failed: 0 };
  for (const { name, command } of checks) {
    const [tool = "", ...args] = command;
    const started = Date.now();
    const run = spawnSync(join(root, "node_modules", ".bin", tool), args, {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PATH: withBin(), NO_COLOR: "1" },
    });
    const ok = run.status === 0;
    result[ok ? "passed" : "failed"] += 1;
    process.stdout.write(
      `${ok ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
    );
    if (!ok) process.stdout.write(`${run.stdout ?? ""}${run.stderr ?? ""}\n`);
  }
  return result;
}
