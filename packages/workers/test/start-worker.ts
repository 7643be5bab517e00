import { freePort } from "@x402-paywall/proxy/testing";
import { migrateD1 } from "@x402-paywall/proxy/stores/d1";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { fileURLToPath } from "node:url";

/** A worker of this folder inside workerd, with a D1 database, on a port of loopback. */
export async function startWorker(
  file: string,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const script = await bundle(file);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const worker = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.js", contents: script }],
    compatibilityDate: "2026-07-01",
    // Tells a Worker that its client has left, and so its handler.
    compatibilityFlags: ["enable_request_signal"],
    d1Databases: ["DB"],
    bindings: { ORIGIN: origin },
    host: "127.0.0.1",
    port,
  });
  await worker.ready;
  await migrateD1(await worker.getD1Database("DB"));
  return { origin, close: () => worker.dispose() };
}

/** As a deployment would: no Node, the conditions of Workers. */
async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["source", "workerd", "worker", "browser"],
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
