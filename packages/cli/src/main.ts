#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { Stop } from "./terminal.ts";

const stop = new AbortController();
/** A command that does not stop by itself in this time is ended. */
const GRACE_MS = 3000;

function stopWith(exit: Stop["exit"]): void {
  // Who asks twice does not want to wait.
  if (stop.signal.aborted) process.exit(exitCodes[exit].code);
  stop.abort(new Stop(exit));
  if (exit === "broken_pipe") process.exitCode = exitCodes[exit].code;
  setTimeout(() => process.exit(exitCodes[exit].code), GRACE_MS).unref();
}

function refuseOldNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return;
  process.stderr.write(
    `error: x402-paywall needs Node 22.19 or later; this is ${process.versions.node}.\n  → Install it from https://nodejs.org\n`,
  );
  process.exit(exitCodes.usage.code);
}

refuseOldNode();
process.on("SIGINT", () => stopWith("cancelled"));
process.on("SIGTERM", () => stopWith("cancelled"));
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") stopWith("broken_pipe");
    else throw error;
  });
}

// Only now: what is loaded with it may not run on an older Node.
const { runCli } = await import("./cli.ts");
const code = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: stop.signal,
});
// A pipe may have broken with the very last line.
process.exitCode ??= code;
