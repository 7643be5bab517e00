import { randomBytes } from "node:crypto";
import { getDatabase } from "../db.ts";
import { loadEnv } from "../env.ts";
import { logError } from "../log.ts";
import type { Runtime } from "./context.ts";

// Next bundles each route by itself and reloads while it develops: what is one for the process lives on the global object.
const holder: typeof globalThis & { paywallRuntime?: Promise<Runtime> } = globalThis;

/** What the services of this process work with, made on first use. */
export function getRuntime(): Promise<Runtime> {
  return (holder.paywallRuntime ??= createRuntime().catch((error: unknown) => {
    // What could not start now may start with the next request.
    delete holder.paywallRuntime;
    throw error;
  }));
}

/** Replaces the process's runtime: for tests. */
export function setRuntime(runtime: Runtime): void {
  holder.paywallRuntime = Promise.resolve(runtime);
}

async function createRuntime(): Promise<Runtime> {
  // Loaded here, so that a test with ports of its own does not start an engine.
  const { createPorts } = await import("./create-ports.ts");
  return {
    db: getDatabase(),
    env: loadEnv(),
    now: Date.now,
    newId: (prefix) => prefix + randomBytes(16).toString("base64url"),
    newToken: () => randomBytes(32).toString("base64url"),
    ports: await createPorts(),
    logError,
  };
}
