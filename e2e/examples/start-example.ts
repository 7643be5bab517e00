import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openServer } from "@x402-paywall/proxy/testing";

export const root = join(import.meta.dirname, "..", "..");

export interface RunningExample {
  readonly origin: string;
  /** As Ctrl-C does; resolves when nothing of it answers any more. */
  stop(): Promise<void>;
}

/** Starts an example by its one command, on a free port; resolves when it says where it is. Throws what it said instead. */
export async function startExample(name: string): Promise<RunningExample> {
  const { port } = new URL(await freeOrigin());
  const origin = `http://localhost:${port}`;
  const example = runNpm(["start"], { cwd: join(root, "examples", name), port });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [example.stdout, example.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes(origin)) resolve();
      });
    example.once("exit", () => reject(new Error(`examples/${name} ended:\n${output}`)));
  });
  return {
    origin,
    stop: () => stopGroup(example, origin),
  };
}

/** Ends a process group as Ctrl-C does; resolves when nothing of it answers any more. */
export async function stopGroup(leader: ChildProcess, origin: string): Promise<void> {
  if (hasEnded(leader)) return;
  if (leader.pid !== undefined) process.kill(-leader.pid, "SIGINT");
  await once(leader, "exit");
  await closes(origin);
}

async function closes(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const isOpen = await fetch(origin).then(
      () => true,
      () => false,
    );
    if (!isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${origin} still answers`);
}

/** `npm` in a process group of its own, with nothing of the test runner's environment. */
export function runNpm(args: readonly string[], options: { readonly cwd: string; readonly port?: string }) {
  const { PATH, HOME } = process.env;
  const { cwd, port } = options;
  return spawn("npm", args, {
    cwd,
    env: { PATH, HOME, NO_COLOR: "1", NODE_ENV: "development", PORT: port },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

export async function freeOrigin(): Promise<string> {
  const { origin, close } = await openServer();
  await close();
  return origin;
}
