import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { findProgram } from "./machine.ts";

const run = promisify(execFile);

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers outside 2xx and 3xx. */
  readonly refused: number;
  readonly failed: number;
}

/** The load generator: wrk where it is installed, because autocannon is slower than what it is to measure. */
export function loadGenerator(): "wrk" | "autocannon" {
  return findProgram("wrk") === undefined ? "autocannon" : "wrk";
}

/** Keeps so many connections busy for so long. */
export function load(options: Load): Promise<LoadResult> {
  return loadGenerator() === "wrk" ? loadWithWrk(options) : loadWithAutocannon(options);
}

async function loadWithWrk({ url, connections, seconds, headers = {} }: Load): Promise<LoadResult> {
  const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", ...fields, url];
  const { stdout } = await run("wrk", args);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0);
  const failures = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout) ?? [];
  return {
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: milliseconds(/^\s+50%\s+(\S+)$/m.exec(stdout)?.[1]),
    p99: milliseconds(/^\s+99%\s+(\S+)$/m.exec(stdout)?.[1]),
    refused: number(/Non-2xx or 3xx responses: (\d+)/),
    failed: failures.slice(1).reduce((sum, count) => sum + Number(count), 0),
  };
}

async function loadWithAutocannon({ url, connections, seconds, headers = {} }: Load): Promise<LoadResult> {
  const script = createRequire(import.meta.url).resolve("autocannon");
  const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const args = [script, "-c", String(connections), "-d", String(seconds), "-j", "-n", ...fields, url];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 24 });
  const result: {
    requests: { mean: number };
    latency: { p50: number; p99: number };
    non2xx: number;
    errors: number;
  } = JSON.parse(stdout);
  const { requests, latency, non2xx, errors } = result;
  return { perSecond: requests.mean, p50: latency.p50, p99: latency.p99, refused: non2xx, failed: errors };
}

/** wrk prints `431.00us`, `1.20ms` or `2.01s`. */
function milliseconds(text: string | undefined): number {
  const match = /^([\d.]+)(us|ms|s)$/.exec(text ?? "");
  if (!match) return Number.NaN;
  return Number(match[1]) * (match[2] === "us" ? 0.001 : match[2] === "s" ? 1000 : 1);
}
