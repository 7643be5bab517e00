/** What `wrangler dev` does, without a network: the worker inside workerd, with a D1 in memory and the cron trigger. */
import { join } from "node:path";
import { migrateD1 } from "@x402-paywall/proxy/stores/d1";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import config from "./wrangler.json" with { type: "json" };

const { PORT = "4104", PUBLIC_URL = `http://localhost:${PORT}`, PAYWALL_SECRET = "" } = process.env;

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, config.main)],
  bundle: true,
  write: false,
  format: "esm",
  conditions: ["source", "workerd", "worker"],
});
const miniflare = new Miniflare({
  modules: true,
  script: outputFiles[0]?.text ?? "",
  compatibilityDate: config.compatibility_date,
  compatibilityFlags: config.compatibility_flags,
  d1Databases: config.d1_databases.map(({ binding }) => binding),
  bindings: { PAYWALL_SECRET, PUBLIC_URL },
  port: Number(PORT),
});
await migrateD1(await miniflare.getD1Database("DB"));

const worker = await miniflare.getWorker();
setInterval(() => void worker.scheduled({ cron: "* * * * *" }), 60_000).unref();
console.log(PUBLIC_URL);
