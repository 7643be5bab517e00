/**
 * Composition root of the data plane: store, endpoints, rails and page become one engine. The gateway's process and the
 * app's own `/p` route both take it from here.
 */
import { createKeyRing, type KeyRing, type Signer } from "@x402-paywall/core";
import {
  createPaywall,
  type CreditStore,
  type HttpSend,
  type Paywall,
  type Rail,
  type RateSource,
} from "@x402-paywall/proxy";
import type { Forwarder } from "@x402-paywall/proxy/fetch";
import {
  createEgress,
  createEgressPolicy,
  createHttpSend,
  createNodeForwarder,
  createSigner,
  nodeCrypto,
  type Egress,
} from "@x402-paywall/proxy/node";
import { createLightningRail } from "@x402-paywall/proxy/rails/lightning";
import {
  createRemoteLedger,
  createSandboxRail,
  createSandboxWallet,
  loadCurve,
  type Curve,
  type RemoteLedger,
  type SandboxWallet,
} from "@x402-paywall/proxy/rails/sandbox";
import { loadGptTokens } from "@x402-paywall/proxy/usage";
import { renderPaymentPage, renderStreamPage, walletScript } from "@x402-paywall/widget";
import { getDatabase } from "./db.ts";
import { loadEnv, type Env } from "./env.ts";
import { createExchangeRate } from "./exchange-rate.ts";
import { describeSharedHost } from "./http/planes.ts";
import { createLightning, type Lightning } from "./lightning/create-lightning.ts";
import { listKinds } from "./lightning/node-rows.ts";
import { logError, logEvent, logLine } from "./log.ts";
import { createEndpointSource, type ClosableEndpointSource } from "./store/endpoint-source.ts";
import { createPostgresStore } from "./store/postgres-store.ts";
import { createSecretBox } from "./store/secret-box.ts";

/** An upstream whose payer left is read on no further than this. */
const DRAIN = { milliseconds: 30_000, bytes: 1_048_576 };

export interface DataPlane {
  readonly env: Env;
  readonly paywall: Paywall;
  readonly store: CreditStore;
  readonly rails: readonly Rail[];
  readonly endpoints: ClosableEndpointSource;
  readonly egress: Egress;
  readonly forwarder: Forwarder;
  readonly keys: KeyRing;
  readonly signer: Signer;
  readonly wallet: SandboxWallet;
  /** TEST mode's hosted ledger, where there is one: it is told of paid invoices. */
  readonly ledger: RemoteLedger | undefined;
  readonly lightning: Lightning;
  /** Where problem types are documented. */
  readonly docsBase: string;
  readonly rates: RateSource;
  close(): Promise<void>;
}

const holder: typeof globalThis & { paywallDataPlane?: Promise<DataPlane> } = globalThis;

/** The engine of this process, assembled on first use. */
export function getDataPlane(): Promise<DataPlane> {
  return (holder.paywallDataPlane ??= assemble(loadEnv()).catch((error: unknown) => {
    // What could not start now may start with the next request.
    delete holder.paywallDataPlane;
    throw error;
  }));
}

function logRailError(error: unknown): void {
  logEvent({ event: "rail_error", error });
}

interface LiveParts {
  readonly curve: Curve;
  readonly send: HttpSend;
  readonly keys: KeyRing;
  readonly store: CreditStore;
  readonly lightning: Lightning;
}

/** Rails of LIVE mode. Their SDKs are loaded only where somebody has set them up: a gateway restarts in a second. */
async function createLiveRails(env: Env, parts: LiveParts): Promise<readonly Rail[]> {
  const { stablecoin, lightningNetwork: network } = env;
  const { curve, send, keys, store } = parts;
  const { nodes } = parts.lightning;
  const base = { crypto: nodeCrypto, clock: Date.now, onError: logRailError };
  const lightning = createLightningRail({ ...base, nodes, store, keys, network });
  if (stablecoin === undefined) return [lightning];
  const { createStablecoinRail } = await import("@x402-paywall/proxy/rails/stablecoin");
  return [createStablecoinRail({ ...stablecoin, ...base, curve, send }), lightning];
}

async function assemble(env: Env): Promise<DataPlane> {
  const warning = describeSharedHost(env);
  if (warning !== undefined) logLine(warning);
  const { pool } = getDatabase();
  const keys = createKeyRing(env.secretKeys, nodeCrypto);
  const signer = createSigner(keys.derive("receipt"));
  const store = createPostgresStore({ pool });
  const endpoints = createEndpointSource({
    pool,
    databaseUrl: env.databaseUrl,
    keys: createSecretBox(env.secretKeys),
  });
  const origins = [env.appUrl, env.contentUrl];
  const docsBase = `${env.appUrl}/docs/problems`;
  const egress = createEgress(createEgressPolicy({ allow: env.egressAllow.join(","), self: origins }));
  const lightning = createLightning(env, pool, egress.policy);
  const curve = await loadCurve();
  const sandbox = { keys, crypto: nodeCrypto, clock: Date.now, curve };
  const outbound = createHttpSend();
  const rates = await createExchangeRate(env.fixedMsatPerUsd, {
    send: outbound.send,
    isSelling: async () => (await listKinds(pool)).length > 0,
    logError,
  });
  const ledger =
    env.sandboxFacilitator === undefined
      ? undefined
      : createRemoteLedger({ url: env.sandboxFacilitator, send: outbound.send });
  const rails: readonly Rail[] = [
    createSandboxRail(ledger === undefined ? sandbox : { ...sandbox, ledger }),
    ...(await createLiveRails(env, { curve, send: outbound.send, keys, store, lightning })),
  ];
  const paywall = createPaywall({
    endpoints,
    store,
    rails,
    keys,
    crypto: nodeCrypto,
    signer,
    rates,
    clock: Date.now,
    contentUrl: env.contentUrl,
    appUrl: env.appUrl,
    docsBase,
    page: renderPaymentPage,
    walletScript,
    streamPage: renderStreamPage,
    loadTokens: loadGptTokens,
    drain: DRAIN,
    sandboxPayUrl: `${env.appUrl}/api/v1/sandbox/pay`,
    selfHosts: origins.map((origin) => new URL(origin).host),
    log: logEvent,
  });
  return {
    env,
    paywall,
    store,
    rails,
    endpoints,
    egress,
    forwarder: createNodeForwarder(egress),
    docsBase,
    keys,
    signer,
    wallet: createSandboxWallet(sandbox),
    ledger,
    rates,
    lightning,
    close: async () => {
      rates.close();
      await paywall.flush();
      await endpoints.close();
      await lightning.close();
      await egress.close();
      await outbound.close();
    },
  };
}
