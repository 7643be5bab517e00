// Child processes of an instance: started together, watched, and ended together.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";

/** Whether something listens on the port of the host. */
export function isPortTaken(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(true));
    probe.listen(port, host, () => probe.close(() => resolve(false)));
  });
}

/** A port that was free a moment ago. */
export function freePort(host = "127.0.0.1") {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(address.port));
    });
  });
}

/**
 * Starts a child with its output in a log file.
 * @returns the process, and `exited`, which resolves with the code when it ends.
 */
export function startChild({ name, command, args, env, cwd, logFile, echo = false }) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(logFile, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    if (echo) stream.on("data", (chunk) => process.stdout.write(prefixLines(name, chunk)));
  }
  const exited = new Promise((resolve) => {
    child.once("error", () => resolve(-1));
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
  return { name, child, exited, logFile };
}

function prefixLines(name, chunk) {
  return chunk.toString().replace(/^(?=.)/gm, `${name} | `);
}

/** SIGTERM, then SIGKILL after the grace; resolves when all are gone. */
export async function stopChildren(children, graceMs = 8_000) {
  await Promise.all(
    children.map(async ({ child, exited }) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await exited;
      clearTimeout(timer);
    }),
  );
}

/** Waits until the URL answers 200; throws a sentence when a child ends or the time is over. */
export async function waitUntilReady(url, { name, logFile, exited }, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs;
  let code;
  void exited.then((value) => (code = value));
  while (Date.now() < deadline) {
    if (code !== undefined)
      throw new Error(`${name} ended with ${code} while starting. Its output is in ${logFile}.`);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not ready after ${timeoutMs / 1000} s (${url}). Its output is in ${logFile}.`);
}
