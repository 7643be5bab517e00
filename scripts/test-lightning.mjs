// `npm run test:lightning [-- files]`: payments through real Lightning nodes. Builds them first where that was not done.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bootstrap, root, withBin } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { chooseNodes } = await import("./lightning/choose-nodes.mjs");
process.stdout.write(
  "Building the Lightning nodes (once, some minutes; nothing to do when they are there) …\n",
);
const { label, warning, env } = await chooseNodes();
if (warning !== undefined) process.stdout.write(`\n${warning}\n\n`);
const vitest = join(root, "node_modules", ".bin", "vitest");
const args = ["run", "--config", "vitest.lightning.config.ts", ...process.argv.slice(2)];
const child = spawn(vitest, args, {
  cwd: root,
  env: { ...process.env, PATH: withBin(), ...env },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.stdout.write(`Lightning nodes: ${label}\n`);
  process.exit(signal === null ? (code ?? 1) : 130);
});
