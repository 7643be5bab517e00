// `npm run storms -- [--short | --broken] [--only S1,S7] [--json FILE]`: see bench/storms/README.md.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bootstrap, root, withBin } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { generateClient } = await import("./db/generate.mjs");
generateClient();
const args = ["--conditions=source", join("bench", "storms", "run.ts"), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, {
  cwd: root,
  env: { ...process.env, PATH: withBin(), NODE_ENV: "production" },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
