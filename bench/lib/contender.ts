import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server under test, a process of its own on loopback. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** What the process said about itself when it was ready, e.g. a pass to present. */
  readonly info: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts `bench/contenders/<script>`, which prints one line of JSON `{port, …}` when it listens.
 * @throws Error with what the process wrote, where it ends before
 */
export async function startScript(
  name: string,
  script: string,
  args: readonly string[] = [],
): Promise<Contender> {
  const file = fileURLToPath(new URL(`../contenders/${script}`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, "line").then(([line]: unknown[]) => String(line));
  const ended = once(child, "exit").then(() => undefined);
  const line = await Promise.race([first, ended]);
  if (line === undefined) throw new Error(`${name} did not start:\n${errors}`);
  const { port, ...info } = readReady(line);
  return { name, port: Number(port), pid: child.pid ?? 0, info, stop: () => stopChild(child) };
}

/** SIGTERM, and SIGKILL where that does not help within two seconds. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
  await ended;
  clearTimeout(timer);
}

function readReady(line: string): Record<string, string> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) throw new Error(`Not a ready line: ${line}`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, String(item)]));
}
