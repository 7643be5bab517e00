import { spawn } from "node:child_process";

export interface ProcessOutcome {
  /** `null` where it was ended, having said what was expected of it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMIT_MS = 20_000;

/**
 * Runs a command in a folder. A process that goes on (a server, say) is ended once its output contains `until`; anything
 * is ended after 20 seconds.
 */
export function runProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly until?: string | undefined },
): Promise<ProcessOutcome> {
  const { cwd, until } = options;
  // Nothing of the test runner's: a user's shell sets none of it.
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, NO_COLOR: "1", NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (until !== undefined && stdout.includes(until)) setTimeout(() => child.kill(), 500).unref();
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
