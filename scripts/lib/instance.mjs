// One instance: database, migrations, seed, build, then app, gateway and demo upstream as processes of their own.
import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { generateClient } from "../db/generate.mjs";
import { migrate } from "../db/migrate.mjs";
import { startPostgres } from "../db/postgres.mjs";
import { seed } from "../db/seed.mjs";
import { root, withBin } from "./bootstrap.mjs";
import { buildApp, buildWidget } from "./build.mjs";
import { isPortTaken, startChild, stopChildren, waitUntilReady } from "./processes.mjs";

/**
 * Starts everything and resolves when all of it is ready.
 * @param options.dataDir where the database, the generated configuration and the logs live
 * @param options.gatewayPorts one gateway process for each
 * @param options.extraApps further app processes: `{ port, appUrl, contentUrl }`
 * @throws Error whose message says what to do
 */
export async function startInstance(options) {
  const {
    dataDir,
    port,
    gatewayPorts,
    demoPort,
    extraApps = [],
    log = () => {},
    dev = false,
    echo = false,
  } = options;
  makeWritable(dataDir);
  await checkPorts([
    [port, "PORT"],
    ...gatewayPorts.map((value) => [value, "GATEWAY_PORT"]),
    [demoPort, "DEMO_PORT"],
  ]);
  const children = [];
  const database =
    process.env.DATABASE_URL && !options.ownDatabase
      ? undefined
      : await startPostgres({ dir: join(dataDir, "postgres"), log });
  const stop = async () => {
    await stopChildren(children);
    await database?.stop();
  };
  try {
    const env = makeEnv(options, database?.url ?? process.env.DATABASE_URL);
    generateClient();
    await migrate(env.DATABASE_URL);
    const login = await seed({ env, log });
    await buildWidget(root);
    if (!dev && buildApp(root, env, { log, silent: options.silentBuild })) log("Built.");
    const start = (name, args, extra, readyUrl) => {
      const child = startChild({
        name,
        command: process.execPath,
        args,
        cwd: root,
        env: { ...env, ...extra },
        logFile: join(dataDir, "logs", `${name}.log`),
        echo,
      });
      children.push(child);
      return waitUntilReady(readyUrl, child);
    };
    const source = dev ? ["--watch", "--conditions=source"] : ["--conditions=source"];
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    const app = (extra) => ({ ...extra, NODE_ENV: dev ? "development" : "production" });
    await start("demo", ["demo/main.ts", String(demoPort)], {}, `http://127.0.0.1:${demoPort}/v1`);
    await Promise.all([
      ...gatewayPorts.map((gatewayPort, index) =>
        start(
          `gateway${index === 0 ? "" : `-${index + 1}`}`,
          [...source, "gateway/main.ts"],
          { GATEWAY_PORT: String(gatewayPort) },
          `http://127.0.0.1:${gatewayPort}/readyz`,
        ),
      ),
      start(
        "app",
        [next, dev ? "dev" : "start", "-p", String(port)],
        app({}),
        `http://localhost:${port}/readyz`,
      ),
      ...extraApps.map((extra, index) =>
        start(
          `app-${index + 2}`,
          [next, "start", "-p", String(extra.port)],
          app({ APP_URL: extra.appUrl, CONTENT_URL: extra.contentUrl, PORT: String(extra.port) }),
          `${extra.appUrl}/readyz`,
        ),
      ),
    ]);
    return { env, login, children, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function makeEnv({ dataDir, port, gatewayPorts, demoPort, env = {} }, databaseUrl) {
  return {
    ...process.env,
    PATH: withBin(),
    NEXT_TELEMETRY_DISABLED: "1",
    PAYWALL_ENV:
      process.env.PAYWALL_ENV ?? (process.env.NODE_ENV === "production" ? "production" : "development"),
    PAYWALL_DATA: dataDir,
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPorts[0]),
    DEMO_PORT: String(demoPort),
    ...env,
    DATABASE_URL: databaseUrl,
  };
}

function makeWritable(dataDir) {
  try {
    mkdirSync(join(dataDir, "logs"), { recursive: true });
    accessSync(dataDir, constants.W_OK);
    accessSync(root, constants.W_OK);
  } catch {
    throw new Error(
      `${dataDir} cannot be written. Make the project's folder writable for this user, then start again.`,
    );
  }
}

async function checkPorts(ports) {
  for (const [port, variable] of ports) {
    const taken = (await isPortTaken(port, "127.0.0.1")) || (await isPortTaken(port, "::"));
    if (taken)
      throw new Error(
        `Port ${port} is in use. Stop what listens there, or choose another one: ${variable}=${port + 1000} npm start`,
      );
  }
}
