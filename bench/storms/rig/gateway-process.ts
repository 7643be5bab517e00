import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CrashOrder, Orders } from "../gateway/orders.ts";

export interface GatewayStart {
  /** Of this very process: slot and generation, `g1#4`. */
  readonly name: string;
  readonly orders: Orders;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Runs a build that is broken on purpose. */
  readonly mutation?: string;
  /** `gateway/main.ts` as it is: it knows no orders but its port. */
  readonly real: boolean;
}

/** One gateway process. */
export interface GatewayProcess {
  readonly name: string;
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Resolves with the port; rejects where the process ends before it listens. */
  readonly ready: Promise<number>;
  /** Resolves when it is gone, with the time. */
  readonly gone: Promise<number>;
  /** The process ends or stops itself at its next passage of a point; resolves when it knows. */
  arm(order: CrashOrder): Promise<void>;
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
}

const stormGateway = fileURLToPath(new URL("../gateway.ts", import.meta.url));
const realGateway = fileURLToPath(new URL("../../../gateway/main.ts", import.meta.url));
const leash = new URL("../gateway/leash.ts", import.meta.url).href;
const register = new URL("../broken/register.ts", import.meta.url).href;

export function startGateway({ name, orders, env, logFile, mutation, real }: GatewayStart): GatewayProcess {
  const log = openSync(logFile, "a");
  const broken = mutation === undefined ? [] : ["--import", register];
  const program = real ? ["--import", leash, realGateway] : [stormGateway];
  const child = spawn(process.execPath, ["--conditions=source", ...broken, ...program], {
    stdio: ["ignore", log, log, "ipc"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      ...(real ? { GATEWAY_PORT: String(orders.port) } : { STORM_ORDERS: JSON.stringify(orders) }),
      ...(mutation === undefined ? {} : { STORM_MUTATION: mutation }),
      ...env,
    },
  });
  closeSync(log);
  let isGone = false;
  const gone = new Promise<number>((resolve) => {
    const leave = (): void => {
      isGone = true;
      resolve(Date.now());
    };
    child.once("exit", leave).once("error", leave);
  });
  const ready = new Promise<number>((resolve, reject) => {
    child.on("message", (message: object) => {
      if ("ready" in message && typeof message.ready === "number") resolve(message.ready);
    });
    if (real) void waitForPort(orders.port, () => isGone).then(resolve);
    void gone.then(() => reject(new Error(`${name} ended before it listened: see ${logFile}`)));
  });
  // Whoever does not wait for it must not be told of it.
  ready.catch(() => {});
  return {
    name,
    pid: child.pid ?? 0,
    startedAt: Date.now(),
    ready,
    gone,
    arm: (order) =>
      new Promise((resolve) => {
        const onMessage = (message: object): void => {
          if (!("armed" in message)) return;
          child.off("message", onMessage);
          resolve();
        };
        child.on("message", onMessage);
        void gone.then(() => resolve());
        child.send(order, () => {});
      }),
    signal(signalName) {
      if (!isGone) child.kill(signalName);
    },
  };
}

/** The real one tells nobody but those who ask. Never resolves for a process that is gone. */
async function waitForPort(port: number, isGone: () => boolean): Promise<number> {
  while (!isGone()) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return port;
    await sleep(20);
  }
  return new Promise(() => {});
}
