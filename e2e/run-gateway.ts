import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const root = join(import.meta.dirname, "..");

export type GatewayProcess = Awaited<ReturnType<typeof runGateway>>;

/** One gateway process, as it is deployed. @param settings Of `lib/env.ts`, beside port and content origin. */
export async function runGateway(settings: Readonly<Record<string, string>>) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ["--conditions=source", "gateway/main.ts"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...withoutVitest(process.env),
        NODE_ENV: "production",
        PAYWALL_ENV: "development",
        CONTENT_URL: url,
        GATEWAY_PORT: String(port),
        ...settings,
      },
    });
    const note = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    const isReady = (): Promise<boolean> =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    // oxlint-disable-next-line no-await-in-loop
    for (let tries = 0; !(await isReady()); tries++) {
      if (child.exitCode !== null || tries > 400) throw new Error(`The gateway did not start:\n${output}`);
      // oxlint-disable-next-line no-await-in-loop
      await delay(50);
    }
    return child;
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  let running = await start();
  return {
    url,
    /** What it wrote, the last of it. */
    output: () => output,
    /** `kill -9`, in the middle of whatever it does. */
    kill: () => end(running, "SIGKILL"),
    async restart(): Promise<void> {
      running = await start();
    },
    close: () => end(running, "SIGTERM"),
  };
}

/** What vitest sets for itself is no setting of a gateway. */
function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.Dict<string> {
  const { NODE_ENV: _, NODE_OPTIONS: __, ...rest } = env;
  return rest;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
