import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, loadavg, platform } from "node:os";
import { delimiter, join } from "node:path";

/** Full path of an installed program. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** One line: what was measured on. */
export function describeMachine(): string {
  const [cpu] = cpus();
  return `${availableParallelism()} cores (${cpu?.model.trim() ?? "unknown"}), ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** Versions of everything that takes part. */
export function describeVersions(): string {
  const nginx = findProgram("nginx");
  return [
    nginx === undefined
      ? "nginx not installed"
      : (/nginx\/\S+/.exec(programVersion(nginx, "-v"))?.[0] ?? "nginx"),
    findProgram("wrk") === undefined
      ? `autocannon ${packageVersion("autocannon")}`
      : (/wrk \S+/.exec(programVersion("wrk", "-v"))?.[0] ?? "wrk"),
    ...["undici", "@x402/express", "express", "@x402/hono", "hono", "fastify"].map(
      (name) => `${name} ${packageVersion(name)}`,
    ),
  ].join(", ");
}

/** Work of others on the machine before the first round: runnable processes for each core. */
export function busyBefore(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = join(folder, name, "package.json");
    if (!existsSync(file)) continue;
    const manifest: { version?: string } = JSON.parse(readFileSync(file, "utf8"));
    return manifest.version ?? "unknown";
  }
  return "unknown";
}

/** Both print their version to stderr, wrk with an error code. */
function programVersion(program: string, flag: string): string {
  try {
    return execFileSync("sh", ["-c", `"${program}" ${flag} 2>&1 || true`], { encoding: "utf8" });
  } catch {
    return "";
  }
}
