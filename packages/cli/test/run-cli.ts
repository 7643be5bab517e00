import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../src/cli.ts";
import type { Stop, Terminal } from "../src/terminal.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `--json`: the one document. */
  readonly json: () => Record<string, unknown>;
  /** Of `--json` with events: one for each line. */
  readonly events: () => readonly Record<string, unknown>[];
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Both outputs are terminals. */
  readonly isTty?: boolean;
  readonly signal?: AbortSignal;
}

function ran(code: number, stdout: string, stderr: string): Ran {
  return {
    code,
    stdout,
    stderr,
    json: () => JSON.parse(stdout) as Record<string, unknown>,
    events: () =>
      stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** A stream that keeps what it is given. */
class Sink extends PassThrough {
  readonly isTTY: boolean;
  text = "";

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
    this.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
  }
}

/** Runs a command line in this process: the program as it is, without the time that a process takes. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { terminal, read } = createTerminal(options);
  const code = await runCli(argv, terminal);
  return ran(code, read().stdout, read().stderr);
}

export function createTerminal(options: RunOptions = {}): {
  readonly terminal: Terminal;
  readonly read: () => { readonly stdout: string; readonly stderr: string };
} {
  const stdout = new Sink(options.isTty === true);
  const stderr = new Sink(options.isTty === true);
  const terminal: Terminal = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout,
    stderr,
    env: { XDG_CONFIG_HOME: "/nonexistent", ...options.env },
    cwd: options.cwd ?? process.cwd(),
    signal: options.signal ?? new AbortController().signal,
  };
  return { terminal, read: () => ({ stdout: stdout.text, stderr: stderr.text }) };
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The real binary from its source, as its own process. */
export function start(argv: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, ["--conditions=source", main, ...argv], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", NODE_ENV: "production", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs the real binary to its end. */
export async function spawnCli(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = start(argv, options);
  child.stdin?.end(options.stdin ?? "");
  return ended(child);
}

/** Waits for the end of a process and tells what it printed from now on. */
export function ended(child: ChildProcess): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve(ran(code ?? -1, stdout, stderr))));
}

/** What a signal is aborted with. */
export function stopAfter(ms: number, reason: Stop): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}
