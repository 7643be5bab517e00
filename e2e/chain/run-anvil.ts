import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Ends anvil when the pipe to us closes: on `close`, and however this process ends, SIGKILL included. */
const WATCHED =
  'exec 3<&0; "$0" "$@" 3<&- & anvil=$!; (cat <&3; kill -9 $anvil) >/dev/null 2>&1 & wait $anvil 2>/dev/null';
const START_TIMEOUT_MS = 30_000;

export interface Anvil {
  readonly rpcUrl: string;
  /** Resolves when the process is gone. */
  close(): Promise<void>;
}

/** Starts anvil on a free port of loopback. @throws with what it wrote when it does not listen. */
export async function runAnvil(args: readonly string[]): Promise<Anvil> {
  const watcher = spawn("sh", ["-c", WATCHED, findBinary(), "--host", "127.0.0.1", "--port", "0", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(watcher, "exit");
  watcher.stdin.on("error", () => undefined);
  const close = async (): Promise<void> => {
    watcher.stdin.end();
    await ended;
  };
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let output = "";
      const fail = (): void => reject(new Error(`anvil does not listen:\n${output}`));
      const timer = setTimeout(fail, START_TIMEOUT_MS);
      watcher.once("error", reject);
      watcher.once("exit", fail);
      const read = (chunk: Buffer): void => {
        if (output.length > 100_000) return;
        output += chunk.toString();
        const found = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      };
      // Read on for ever: a full pipe would stop anvil.
      watcher.stdout.on("data", read);
      watcher.stderr.on("data", read);
    });
    return { rpcUrl: `http://127.0.0.1:${port}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The binary lies in the npm package of the platform; the launcher in front of it needs its install script. */
function findBinary(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const require = createRequire(import.meta.url);
  const launcher = require.resolve("@foundry-rs/anvil/package.json");
  const manifest = createRequire(launcher).resolve(
    `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`,
  );
  return join(dirname(manifest), "bin", "anvil");
}
