/**
 * A gateway for storms: the engine, store, transport and rail of `gateway/main.ts`, with a ledger that outlives the
 * process, a lease that the rig chooses, and points at which the process ends itself. Orders: `STORM_ORDERS`, and
 * messages of the rig.
 */
import { createKeyRing } from "@x402-paywall/core";
import { createPaywall, fixedRate } from "@x402-paywall/proxy";
import {
  createEgress,
  createEgressPolicy,
  createGatewayServer,
  createHttpSend,
  createSigner,
  nodeCrypto,
} from "@x402-paywall/proxy/node";
import { createRemoteLedger, createSandboxRail, loadCurve } from "@x402-paywall/proxy/rails/sandbox";
import { loadGptTokens } from "@x402-paywall/proxy/usage";
import { renderPaymentPage, renderStreamPage } from "@x402-paywall/widget";
import { getDatabase } from "../../lib/db.ts";
import { loadEnv } from "../../lib/env.ts";
import { logEvent } from "../../lib/log.ts";
import { createEndpointSource } from "../../lib/store/endpoint-source.ts";
import { createPostgresStore } from "../../lib/store/postgres-store.ts";
import { createSecretBox } from "../../lib/store/secret-box.ts";
import { createCrashGate, withCrashPoints } from "./gateway/crash-points.ts";
import { readCrashOrder, readOrders, steps } from "./gateway/orders.ts";
import type { GatewayNote } from "./gateway/orders.ts";

const env = loadEnv();
const orders = readOrders(process.env["STORM_ORDERS"]);
const gate = createCrashGate((signal) => process.kill(process.pid, signal));
const { pool } = getDatabase();
const keys = createKeyRing(env.secretKeys, nodeCrypto);
const curve = await loadCurve();
const docsBase = `${env.appUrl}/docs/problems`;
const origins = [env.appUrl, env.contentUrl];
const egress = createEgress(createEgressPolicy({ allow: env.egressAllow.join(","), self: origins }));
const { send } = createHttpSend();
const remote = createRemoteLedger({ url: orders.railUrl, send, timeoutMs: orders.railTimeoutMs });
const ledger = withCrashPoints(remote, (method) => steps.find((step) => step === `rail.${method}`), gate);
const store = withCrashPoints(
  createPostgresStore({ pool }),
  (method) => steps.find((step) => step === method),
  gate,
);
const paywall = createPaywall({
  endpoints: createEndpointSource({
    pool,
    databaseUrl: env.databaseUrl,
    keys: createSecretBox(env.secretKeys),
  }),
  store,
  rails: [createSandboxRail({ keys, crypto: nodeCrypto, clock: Date.now, curve, ledger })],
  keys,
  crypto: nodeCrypto,
  signer: createSigner(keys.derive("receipt")),
  rates: fixedRate(1_000_000n),
  clock: Date.now,
  contentUrl: env.contentUrl,
  appUrl: env.appUrl,
  docsBase,
  page: renderPaymentPage,
  streamPage: renderStreamPage,
  loadTokens: loadGptTokens,
  drain: { milliseconds: 30_000, bytes: 1_048_576 },
  selfHosts: origins.map((origin) => new URL(origin).host),
  log: logEvent,
  leaseMs: orders.leaseMs,
});
const gateway = createGatewayServer(paywall, {
  egress,
  docsBase,
  isReady: async () => (await pool.query("SELECT 1")).rowCount === 1,
});

process.on("message", (message) => {
  gate.order = readCrashOrder(message);
  if (gate.order !== undefined) note({ armed: gate.order.point });
});
// Without its rig a gateway has nobody to serve.
process.on("disconnect", () => process.exit(0));
gateway.server.listen(orders.port, "127.0.0.1", () => {
  const address = gateway.server.address();
  note({ ready: typeof address === "object" && address !== null ? address.port : 0 });
});

function note(message: GatewayNote): void {
  process.send?.(message);
}
