import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getInstance } from "../../instance.ts";

const root = join(import.meta.dirname, "../../..");

export interface GatewayOptions {
  readonly facilitators: readonly { readonly url: string }[];
  readonly rpcUrl?: string;
  /** Further settings of `lib/env.ts`. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** One more gateway process of the instance, on its database, with facilitators that the test commands. */
export async function startGateway({ facilitators, rpcUrl, env = {} }: GatewayOptions) {
  const instance = getInstance();
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
        PAYWALL_DATA: instance.dataDir,
        DATABASE_URL: instance.databaseUrl,
        APP_URL: instance.appUrl,
        CONTENT_URL: url,
        GATEWAY_PORT: String(port),
        EGRESS_ALLOW: `${new URL(instance.demoUrl).host},127.0.0.1:${instance.contractPort}`,
        FACILITATORS: facilitators.map((each) => each.url).join(","),
        STABLECOIN_NETWORKS: `eip155:84532=${rpcUrl ?? instance.chainRpcUrl}`,
        ...env,
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
