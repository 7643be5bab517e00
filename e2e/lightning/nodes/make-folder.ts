import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Removes at the end of its input; once more, because nodes that are killed at the same moment may still write. */
const REMOVE = 'cat >/dev/null; for wait in 0 1 2; do sleep $wait; rm -rf "$0"; done';

/** A temporary folder that is removed by `remove`, and also when this process is killed. */
export async function makeFolder(prefix: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  // Detached: what ends us by our process group, as Ctrl-C does, must leave somebody to tidy up.
  const stdio = ["pipe", "ignore", "ignore"] as const;
  const remover = spawn("sh", ["-c", REMOVE, path], { stdio: [...stdio], detached: true });
  const ended = once(remover, "exit");
  remover.stdin.on("error", () => undefined);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      remover.kill();
      remover.stdin.end();
      await ended;
    },
  };
}
