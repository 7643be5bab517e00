// The instance that the system and browser tests share: two gateways on one Postgres, a one-process app beside them, and a
// chain for LIVE stablecoins.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bootstrap.mjs";
import { startInstance } from "./instance.mjs";
import { freePort } from "./processes.mjs";
import { startTestChain } from "./test-chain.mjs";

export async function startTestInstance(log) {
  const dataDir = join(root, ".data", "test-instance");
  rmSync(dataDir, { recursive: true, force: true });
  const ports = [];
  for (let index = 0; index < 6; index++) ports.push(await freePort());
  const [port, gateway, secondGateway, demoPort, singlePort, contractPort] = ports;
  const appUrl = `http://localhost:${port}`;
  const apiKey = "pk_test_0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
  const single = {
    port: singlePort,
    appUrl: `http://localhost:${singlePort}`,
    contentUrl: `http://127.0.0.1:${singlePort}`,
  };
  const chain = await startTestChain({ dataDir });
  const instance = await startInstance({
    dataDir,
    port,
    gatewayPorts: [gateway, secondGateway],
    demoPort,
    extraApps: [single],
    ownDatabase: true,
    log,
    env: {
      APP_URL: appUrl,
      CONTENT_URL: `http://127.0.0.1:${gateway}`,
      EGRESS_ALLOW: `127.0.0.1:${demoPort},127.0.0.1:${contractPort}`,
      INIT_USER_EMAIL: "owner@example.com",
      INIT_USER_PASSWORD: "correct horse battery staple",
      INIT_API_KEY: apiKey,
      FACILITATORS: chain.facilitatorUrls.join(","),
      STABLECOIN_NETWORKS: `eip155:84532=${chain.rpcUrl}`,
      LIGHTNING_NETWORK: "regtest",
      EXCHANGE_RATE: "fixed:1000000",
    },
  }).catch(async (error) => {
    await chain.stop();
    throw error;
  });
  const pids = instance.children
    .filter(({ name }) => name.startsWith("gateway"))
    .map(({ child }) => child.pid);
  return {
    stop: async () => {
      await instance.stop();
      await chain.stop();
    },
    description: {
      appUrl,
      gatewayUrls: [`http://127.0.0.1:${gateway}`, `http://127.0.0.1:${secondGateway}`],
      gatewayPids: pids,
      demoUrl: `http://127.0.0.1:${demoPort}`,
      databaseUrl: instance.env.DATABASE_URL,
      dataDir,
      chainRpcUrl: chain.rpcUrl,
      facilitatorUrls: chain.facilitatorUrls,
      contractPort,
      apiKey,
      login: { email: "owner@example.com", password: "correct horse battery staple" },
      singleAppUrl: single.appUrl,
      singleContentUrl: single.contentUrl,
    },
  };
}
