import { spawn } from "node:child_process";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";
import type { PackageManager } from "./project.ts";

/** Installs what package.json names; what the package manager prints goes to stderr. @throws CliError; Stop */
export function install(manager: PackageManager, dir: string, { stderr, signal }: Terminal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(manager, ["install"], {
      cwd: dir,
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      // There it is a .cmd, which only a shell starts.
      shell: process.platform === "win32",
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => void stderr.write(chunk));
    child.once("error", (cause) => reject(signal.aborted ? signal.reason : failed(manager, cause.message)));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(signal.aborted ? signal.reason : failed(manager, `it ended with code ${code}`));
    });
  });
}

function failed(manager: PackageManager, why: string): CliError {
  return new CliError(
    "failed",
    `${manager} install failed: ${why}.`,
    `The files are written; run ${manager} install yourself, and see what it says.`,
  );
}
