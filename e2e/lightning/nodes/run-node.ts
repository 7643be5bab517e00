import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

/**
 * Ends the program when the pipe to us closes: on `kill`, and however this process ends, SIGKILL included. Says the
 * program's own process id first; all else that it writes goes to the log file.
 */
const WATCHED =
  'exec 3<&0; log=$1; shift; "$0" "$@" >>"$log" 2>&1 3<&- & node=$!; echo $node; ' +
  "(cat <&3; kill -9 $node) >/dev/null 2>&1 & watcher=$!; wait $node 2>/dev/null; kill $watcher";

export interface RunningNode {
  /** Sends a signal to the program itself. */
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
  isRunning(): boolean;
}

/** Starts a program whose output goes to a log file. */
export async function runNode(
  binary: string,
  args: readonly string[],
  logFile: string,
): Promise<RunningNode> {
  // Detached: what ends us by our process group, as Ctrl-C does, must leave the watcher to end the program.
  const watcher = spawn("sh", ["-c", WATCHED, binary, logFile, ...args], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const ended = once(watcher, "exit");
  watcher.stdin.on("error", () => undefined);
  const [first] = (await once(watcher.stdout, "data")) as [Buffer];
  const pid = Number(first.toString().trim());
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${binary} did not start: ${first.toString()}`);
  const isRunning = (): boolean => watcher.exitCode === null && watcher.signalCode === null;
  const signal = (name: NodeJS.Signals): void => {
    if (isRunning()) process.kill(pid, name);
  };
  return {
    signal,
    isRunning,
    async kill() {
      watcher.stdin.end();
      await ended;
    },
    async stop() {
      // A stopped process would take SIGTERM only when it goes on.
      signal("SIGCONT");
      signal("SIGTERM");
      await ended;
    },
  };
}

/** The end of a log, for the message of an error. */
export async function readLogEnd(logFile: string): Promise<string> {
  const text = await readFile(logFile, "utf8").catch(() => "(no log)");
  return text.trim().split("\n").slice(-15).join("\n");
}
