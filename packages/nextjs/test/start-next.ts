import { freePort } from "@x402-paywall/proxy/testing";
import { spawn } from "node:child_process";
import { inject } from "vitest";
import { app, next } from "./build-app.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Builds the application once for all test files of a run; answers when that is done. */
    nextBuilder: string;
  }
}

/** Serves the application of this folder as in production, on a port of loopback. */
export async function startNext(): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const built = await fetch(inject("nextBuilder"));
  if (!built.ok) throw new Error(await built.text());
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    ORIGIN: origin,
  };
  const server = spawn(process.execPath, [next, "start", "-p", String(port), "-H", "127.0.0.1"], {
    cwd: app,
    env,
    stdio: "ignore",
  });
  await answers(`${origin}/runs`);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.once("exit", () => resolve());
      server.kill("SIGKILL");
    });
  return { origin, close };
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}
