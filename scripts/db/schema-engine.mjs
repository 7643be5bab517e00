// Prisma's schema engine as WebAssembly: compares two datamodels without a database and without the network.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

let loaded;

async function loadEngine() {
  const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = new WebAssembly.Module(readFileSync(join(folder, "schema_engine_bg.wasm")));
  const instance = new WebAssembly.Instance(module, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  // Without this object a panic of the engine would pass for success.
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => void (globalThis.PRISMA_WASM_PANIC = message),
  };
  return glue;
}

// The engine opens a connection before it compares, and asks it for its version alone: a stand-in.
const ok = (value) => ({ ok: true, value });
const connection = {
  provider: "postgres",
  adapterName: "none",
  queryRaw: () => Promise.resolve(ok({ columnNames: [], columnTypes: [], rows: [] })),
  executeRaw: () => Promise.resolve(ok(0)),
  executeScript: () => Promise.resolve(ok(undefined)),
  getConnectionInfo: () => ok({ schemaName: "public", supportsRelationJoins: true }),
  dispose: () => Promise.resolve(ok(undefined)),
};
const connect = () => Promise.resolve(ok(connection));
const adapterFactory = { provider: "postgres", adapterName: "none", connect, connectToShadowDb: connect };

const files = (content) => [{ path: "schema.prisma", content }];

/** SQL that leads from one datamodel (`null`: an empty database) to another. Empty where they mean the same. */
export async function diffSchemas(from, to) {
  const { SchemaEngine } = await (loaded ??= loadEngine());
  const engine = await SchemaEngine.new({ datamodels: [["schema.prisma", to]] }, () => {}, adapterFactory);
  try {
    const result = await engine.diff({
      from: from === null ? { tag: "empty" } : { tag: "schemaDatamodel", files: files(from), configDir: "." },
      to: { tag: "schemaDatamodel", files: files(to), configDir: "." },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const sql = (result.stdout ?? "").trim();
    return sql === "-- This is an empty migration." ? "" : sql;
  } finally {
    engine.free();
  }
}
