import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyRing } from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import { createDemoUpstream } from "../../../demo/upstream.ts";
import { sealConnection } from "../../../lib/lightning/sealed-connection.ts";
import { createSecretBox } from "../../../lib/store/secret-box.ts";
import { createTestDatabase } from "../../../lib/testing/database.ts";
import { type EndpointOverrides, makeEndpoint, makeWorkspace } from "../../../lib/testing/factories.ts";
import type { LightningConnection } from "../../../packages/proxy/src/rails/lightning/backend.ts";
import { runGateway } from "../../run-gateway.ts";

/** 1 USD is 1,000 sat. */
const MSAT_PER_USD = "1000000";

export type LiveWorld = Awaited<ReturnType<typeof startLiveWorld>>;

export interface LiveOptions {
  readonly nodeKey: string;
  readonly connection: LightningConnection;
  /** `host:port` of the node, as the gateway reaches it. */
  readonly address: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway process on a database of its own, a creator whose node is connected, and the demo upstream. */
export async function startLiveWorld({ nodeKey, connection, address, env = {} }: LiveOptions) {
  const database = await createTestDatabase();
  const { pool } = database;
  const upstream = createDemoUpstream().listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const secretKey = randomBytes(32);
  const { id: workspaceId } = await makeWorkspace(pool);
  const nodeId = `ln_${randomBytes(16).toString("base64url")}`;
  const sealed = sealConnection(createSecretBox([secretKey]), workspaceId, nodeId, connection);
  await pool.query(
    `insert into lightning_node (id, workspace_id, kind, address, node_key, network, connection, connection_key_id, created_by)
     values ($1, $2, $3, $4, $5, 'regtest', $6, $7, 'usr_test')`,
    [nodeId, workspaceId, connection.kind, address, nodeKey, sealed.bytes, sealed.keyId],
  );
  const upstreamPort = portOf(upstream);
  const gateway = await runGateway({
    PAYWALL_DATA: mkdtempSync(join(tmpdir(), "x402-paywall-live-")),
    DATABASE_URL: database.url,
    APP_URL: "http://localhost:3000",
    SECRET_KEY: secretKey.toString("base64url"),
    EGRESS_ALLOW: `127.0.0.1:${upstreamPort},${address}`,
    LIGHTNING_NETWORK: "regtest",
    EXCHANGE_RATE: `fixed:${MSAT_PER_USD}`,
    ...env,
  }).catch(async (error: unknown) => {
    upstream.close();
    await database.close();
    throw error;
  });
  const sell = async (path: string, more: EndpointOverrides = {}) => {
    const { slug } = await makeEndpoint(pool, {
      workspaceId,
      mode: "live",
      rails: ["lightning"],
      upstreamOrigin: `http://127.0.0.1:${upstreamPort}`,
      upstreamBasePath: path,
      upstreamMatch: "prefix",
      ...more,
    });
    return `${gateway.url}/p/${slug}`;
  };
  return {
    pool,
    gateway,
    /** The instance's own: with them a test makes tokens that no honest 402 would. */
    keys: createKeyRing([secretKey], nodeCrypto),
    workspaceId,
    nodeId,
    /** The URL of a new LIVE endpoint in front of a path of the demo upstream: a cent unless it says otherwise. */
    sell,
    close: async () => {
      await gateway.close();
      upstream.close();
      upstream.closeAllConnections();
      await database.close();
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
