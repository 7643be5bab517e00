/** The self-hosted facilitator: pays the gas of creators' settlements, and holds the key of a gas wallet for it. */
import { ConfigFaults } from "./read-settings.ts";
import { isChildOfNpm, loadConfig } from "./config.ts";
import { createFacilitator } from "./facilitator.ts";
import { createLog, createRedactor } from "./log.ts";
import { createFacilitatorServer } from "./server.ts";

/** Beyond the wait for a receipt. */
const GRACE_MS = 10_000;

// A diagnostic report lists the environment as it was when the process began.
if (process.report !== undefined) process.report.excludeEnv = true;
let redact = createRedactor([]);
const log = createLog(
  (text) => redact(text),
  (line) => process.stderr.write(line),
);
const die = (message: string, error: unknown): never => {
  log.error(message, error);
  process.exit(1);
};
process.on("uncaughtException", (error) => die("The facilitator failed", error));
process.on("unhandledRejection", (error) => die("The facilitator failed", error));

try {
  const config = loadConfig();
  redact = createRedactor(config.secrets);
  let stopping = false;
  const facilitator = createFacilitator(config, { log, clock: Date.now });
  const { tokenDigest, host, port } = config;
  const isStopping = (): boolean => stopping;
  const server = createFacilitatorServer({ facilitator, tokenDigest, log, isStopping });
  server.on("error", (error) => die(`The facilitator cannot listen on port ${port}`, error));
  server.listen(port, host, () => {
    const address = server.address();
    const bound = typeof address === "object" && address !== null ? address.port : port;
    const networks = config.networks.map(({ network }) => network).join(" ");
    log.info("facilitator ready", { port: bound, wallet: config.account.address, networks });
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    log.info("Stopping: what is under way is finished first");
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), config.receiptMs + GRACE_MS).unref();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  const parent = process.ppid;
  // npm's end is noticed instead.
  if (isChildOfNpm) setInterval(() => process.ppid !== parent && stop(), 500).unref();
} catch (error) {
  if (!(error instanceof ConfigFaults)) die("The facilitator could not start", error);
  process.stderr.write(`${error instanceof Error ? error.message : ""}\n`);
  process.exit(1);
}
