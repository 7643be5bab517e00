// `npm start`: from a bare clone to a running instance; Ctrl-C stops all of it.
import { bootstrap, fail, root } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { join } = await import("node:path");
const { startInstance } = await import("./lib/instance.mjs");
const { printWelcome } = await import("./lib/welcome.mjs");

const started = Date.now();
const port = Number(process.env.PORT ?? 3000);
const gatewayPort = Number(process.env.GATEWAY_PORT ?? 4020);
const demoPort = Number(process.env.DEMO_PORT ?? 4030);
const dev = process.argv.includes("--dev");
let instance;
let stopping = false;

const stop = () => {
  if (stopping) return;
  stopping = true;
  process.stdout.write("\nStopping …\n");
  void Promise.resolve(instance?.stop()).then(() => process.exit(0));
};
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
// npm's shell does not pass on a SIGTERM that was meant for npm: its end is noticed instead.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 500).unref();

try {
  instance = await startInstance({
    dataDir: join(root, ".data"),
    port,
    gatewayPorts: [gatewayPort],
    demoPort,
    dev,
    echo: dev,
    log: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
printWelcome({ ...instance, port, gatewayPort, seconds: (Date.now() - started) / 1000 });
for (const { name, exited, logFile } of instance.children) {
  void exited.then(async (code) => {
    if (stopping) return;
    stopping = true;
    await instance.stop();
    fail(`${name} ended with ${code}; everything was stopped. Its output is in ${logFile}.`);
  });
}
