/** The data plane's process: paid content on CONTENT_URL, and the jobs that finish what a crash left. */
import { formatJwks } from "@x402-paywall/core";
import { createGatewayServer, jsonAnswer, nodeCrypto } from "@x402-paywall/proxy/node";
import { startJobs } from "../jobs/start-jobs.ts";
import { watchNodes } from "../jobs/watch-nodes.ts";
import { loadGptTokens } from "@x402-paywall/proxy/usage";
import { closeDatabase, getDatabase } from "../lib/db.ts";
import { logError, logEvent, logLine } from "../lib/log.ts";
import { getDataPlane } from "../lib/paywall.ts";

const GRACE_MS = 10_000;

try {
  const plane = await getDataPlane();
  const { env, paywall, egress, signer, docsBase } = plane;
  const database = getDatabase();
  const jobs = startJobs({ database, plane, now: Date.now, log: logEvent, logError });
  const { store, keys, lightning } = plane;
  const books = { store, keys, signer, crypto: nodeCrypto, clock: Date.now, network: env.lightningNetwork };
  const watchers = watchNodes({
    pool: database.pool,
    nodes: lightning.nodes,
    books,
    log: logLine,
    logError,
  });
  await lightning
    .preload()
    .catch((error: unknown) => logError("lightning: nothing could be loaded ahead", error));
  const jwks = jsonAnswer(200, formatJwks([signer]));
  const gateway = createGatewayServer(paywall, {
    egress,
    docsBase,
    isReady: async () => (await database.pool.query("SELECT 1")).rowCount === 1,
    resources: new Map([["/.well-known/jwks.json", () => jwks]]),
    onError: (error) => logError("The gateway failed", error),
  });
  gateway.server.listen(env.gatewayPort, () => {
    logLine(`gateway ready on port ${env.gatewayPort} for ${env.contentUrl}`);
    // Loading stops the process for a moment: now, and not in the middle of somebody's stream.
    loadGptTokens().catch((error: unknown) => logError("Tokens will be estimated", error));
  });

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Streams that are open may finish; new connections are refused meanwhile.
    await gateway.close(GRACE_MS);
    await Promise.all([jobs.stop(), watchers.stop()]);
    await plane.close();
    await closeDatabase(database);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
} catch (error) {
  logError("The gateway could not start", error);
  process.exit(1);
}
