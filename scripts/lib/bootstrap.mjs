// Runs before anything is installed, on whatever Node the machine has (20 or later): imports nothing outside Node.
// Installs where needed, then runs the same script again on the pinned Node that the install brought.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = join(root, "node_modules", ".bin");
const pinnedNode = join(bin, process.platform === "win32" ? "node.cmd" : "node");
const stamp = join(root, "node_modules", ".install-stamp");

/** Installs if the lock file is not the installed one, then makes sure that `script` runs on the pinned Node. */
export function bootstrap(scriptUrl) {
  install();
  const pinned = readFileSync(join(root, ".node-version"), "utf8").trim();
  if (process.version === `v${pinned}` || process.env.PAYWALL_BOOTSTRAPPED === "1") return true;
  if (!existsSync(pinnedNode))
    fail(`${pinnedNode} is missing. Remove node_modules and run the command again.`);
  const child = spawnSync(pinnedNode, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, PAYWALL_BOOTSTRAPPED: "1", PATH: withBin() },
  });
  process.exit(child.status ?? 1);
}

/** PATH with the project's own tools, and its own Node, first. */
export function withBin() {
  const separator = process.platform === "win32" ? ";" : ":";
  return `${bin}${separator}${process.env.PATH ?? ""}`;
}

/** Says in one sentence what is wrong and what to do, and ends the process. */
export function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}

function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stdout.write("Installing dependencies (once) …\n");
  const started = Date.now();
  // Not `npm ci`: it refuses a lock file that does not name the native packages of every platform, and which ones a
  // registry has differs. `--no-save` leaves the lock file alone. Engine warnings are about the Node that installs.
  const npm = spawnSync("npm", ["install", "--no-save", "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0)
    fail(
      "`npm install` failed: the lines above say why. Check the network and the npm registry, then run the command again.",
    );
  writeFileSync(stamp, wanted);
  process.stdout.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}
