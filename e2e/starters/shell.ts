import { spawn } from "node:child_process";
import { dirname, delimiter } from "node:path";

/** What a shell needs of npm's settings; nothing of the test runner's, whose `npm_config_local_prefix` names the repository. */
const KEPT =
  /^(?:home|userprofile|appdata|localappdata|systemroot|temp|tmp|tmpdir|https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(?:registry|cache|cafile))$/i;

/** As a user's terminal with the pinned Node, that nobody sits at. */
export const shellEnv: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      KEPT.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  ),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
  // What frameworks take for granted where it is not set; the test runner's would be "test".
  NODE_ENV: "development",
  CI: "1",
  NO_COLOR: "1",
  npm_config_yes: "true",
  npm_config_update_notifier: "false",
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  CREATE_CLOUDFLARE_TELEMETRY_DISABLED: "1",
};

export const npmInstall = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"] as const;

/** Runs a command to its end in a folder. @returns stdout. @throws what it said, where it fails. */
export function runCommand(line: readonly string[], cwd: string): Promise<string> {
  const child = spawnCommand(line, cwd);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${line.join(" ")} ended with ${code}:\n${stdout}${stderr}`));
    });
  });
}

/** In a process group of its own, so that all of it can be stopped. */
export function spawnCommand(
  [command = "", ...args]: readonly string[],
  cwd: string,
  env: Partial<NodeJS.ProcessEnv> = {},
) {
  return spawn(command, args, {
    cwd,
    env: { ...shellEnv, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}
