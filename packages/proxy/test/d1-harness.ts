import { build } from "esbuild";
import { Miniflare } from "miniflare";
import type { SqlEngine } from "./describe-sql-store.ts";
import { createRemoteStore } from "./remote-store.ts";

export interface D1Engine extends SqlEngine {
  /** Posts to the Worker: see d1-worker.ts. */
  send(path: string, body: string): Promise<string>;
}

/** The D1 store as a Worker has it: bundled, run by workerd, on a database of its own. */
export async function openD1(): Promise<D1Engine> {
  const worker = new URL("d1-worker.ts", import.meta.url).pathname;
  const bundle = await build({
    entryPoints: [worker],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["source", "workerd"],
  });
  const miniflare = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? "",
    d1Databases: ["DB"],
  });
  const send = async (path: string, body: string): Promise<string> => {
    const response = await miniflare.dispatchFetch(`http://worker${path}`, { method: "POST", body });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  };
  const db = await miniflare.getD1Database("DB");
  await send("/migrate", "");
  return {
    send,
    store: createRemoteStore((call) => send("/call", call)),
    query: async (sql) => (await db.prepare(sql).all()).results,
    close: () => miniflare.dispose(),
  };
}
