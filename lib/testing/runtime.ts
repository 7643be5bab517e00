import { randomBytes } from "node:crypto";
import { createKeyRing, formatJwks } from "@x402-paywall/core";
import { createEgressPolicy, createSigner, nodeCrypto, requireUpstreamUrl } from "@x402-paywall/proxy/node";
import { findRail, type Rail } from "@x402-paywall/proxy";
import { createSandboxRail, createSandboxWallet, toPaidInvoice } from "@x402-paywall/proxy/rails/sandbox";
import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";
import { closeDatabase, createDatabase } from "../db.ts";
import type { Runtime } from "../services/context.ts";
import type { Ports } from "../services/ports.ts";
import { createPostgresStore } from "../store/postgres-store.ts";
import { createTestDatabase } from "./database.ts";

export interface TestRuntime extends Runtime {
  /** What was logged, as text. */
  readonly logged: string[];
  /** Keys of the sandbox wallet: whoever has them can sign its invoices. */
  readonly keys: ReturnType<typeof createKeyRing>;
  close(): Promise<void>;
}

export interface TestRuntimeOptions {
  readonly appUrl?: string;
  /** Further origins of this instance. */
  readonly self?: readonly string[];
  readonly look?: Ports["look"];
  readonly now?: () => number;
  /** Instead of the sandbox. */
  readonly rails?: readonly Rail[];
  /** Networks of LIVE stablecoins; none unless given. */
  readonly stablecoins?: readonly StablecoinNetwork[];
  readonly openChain?: Ports["openChain"];
  readonly checkLightning?: Ports["checkLightning"];
}

/** A runtime over a database of its own; outbound looks are made up, the rest is what production uses. */
export async function createTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const { appUrl = "http://localhost:3000", now = Date.now } = options;
  const database = await createTestDatabase();
  const db = createDatabase(database.url);
  const secretKeys = [randomBytes(32)] as const;
  const contentUrl = "http://127.0.0.1:4020";
  const policy = createEgressPolicy({
    allow: "127.0.0.1:4030",
    self: [appUrl, contentUrl, ...(options.self ?? [])],
  });
  const keys = createKeyRing(secretKeys, nodeCrypto);
  const wallet = createSandboxWallet({ keys, crypto: nodeCrypto, clock: now });
  const store = createPostgresStore({ pool: db.pool });
  const logged: string[] = [];
  const rails = options.rails ?? [createSandboxRail({ keys, crypto: nodeCrypto, clock: now })];
  return {
    db,
    env: {
      appUrl,
      contentUrl,
      secretKeys,
      stablecoin: options.stablecoins && { networks: options.stablecoins, facilitators: [] },
      lightningNetwork: "regtest",
    },
    now,
    newId: (prefix) => prefix + randomBytes(16).toString("base64url"),
    newToken: () => randomBytes(32).toString("base64url"),
    ports: {
      parseUpstreamUrl: (url) => requireUpstreamUrl(url, policy),
      look: options.look ?? (() => Promise.reject(new Error("This test looks at nothing"))),
      payInvoice: (bolt11) => wallet.payInvoice(bolt11),
      recordPaid: (payment, workspaceId) =>
        store.saveInvoice(toPaidInvoice(payment, { workspaceId, keys, now: Math.floor(now() / 1000) })),
      findRail: (id, mode) => findRail(rails, id, mode),
      getJwks: () => formatJwks([createSigner(keys.derive("receipt"))]),
      getMsatPerUsd: (mode) => (mode === "test" ? 1_000_000n : 1_021_000n),
      openChain:
        options.openChain ??
        (() => {
          throw new Error("This test reads no chain");
        }),
      checkLightning:
        options.checkLightning ?? (() => Promise.reject(new Error("This test connects no Lightning node"))),
    },
    logError: (message, error) => logged.push(`${message} ${String(error)}`),
    logged,
    keys,
    close: async () => {
      await closeDatabase(db);
      await database.close();
    },
  };
}
