/**
 * Composition root of the data plane: store, endpoints, rails and page become one engine. The gateway's process and the
 * app's own `/p` route both take it from here.
 */
import { createKeyRing, type KeyRing, type Signer } from "@x402-paywall/core";
import {
  createPaywall,
  fixedRate,
  type AtomicStore,
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
import { describeSharedHost } from "./http/planes.ts";
import { logEvent, logLine } from "./log.ts";
import { createEndpointSource, type ClosableEndpointSource } from "./store/endpoint-source.ts";
import { createPostgresStore } from "./store/postgres-store.ts";
import { createSecretBox } from "./store/secret-box.ts";

/** TEST mode's exchange rate: 1 USD is 1,000 sat, so that a price can be read off either way. */
const SANDBOX_MSAT_PER_USD = 1_000_000n;

/** An upstream whose payer left is read on no further than this. */
const DRAIN = { milliseconds: 30_000, bytes: 1_048_576 };

export interface DataPlane {
  readonly env: Env;
  readonly paywall: Paywall;
  readonly store: AtomicStore;
  readonly rails: readonly Rail[];
  readonly endpoints: ClosableEndpointSource;
  readonly egress: Egress;
  readonly forwarder: Forwarder;
  readonly keys: KeyRing;
  readonly signer: Signer;
  readonly wallet: SandboxWallet;
  /** TEST mode's hosted ledger, where there is one: it is told of paid invoices. */
  readonly ledger: RemoteLedger | undefined;
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

/** Rails of LIVE mode. Their SDKs are loaded only where the operator has set them up: a gateway restarts in a second. */
async function createLiveRails({ stablecoin }: Env, curve: Curve, send: HttpSend): Promise<readonly Rail[]> {
  if (stablecoin === undefined) return [];
  const { createStablecoinRail } = await import("@x402-paywall/proxy/rails/stablecoin");
  const common = { crypto: nodeCrypto, clock: Date.now, curve, send, onError: logRailError };
  return [createStablecoinRail({ ...stablecoin, ...common })];
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
  const curve = await loadCurve();
  const sandbox = { keys, crypto: nodeCrypto, clock: Date.now, curve };
  const rates = fixedRate(SANDBOX_MSAT_PER_USD);
  const outbound = createHttpSend();
  const ledger =
    env.sandboxFacilitator === undefined
      ? undefined
      : createRemoteLedger({ url: env.sandboxFacilitator, send: outbound.send });
  const rails: readonly Rail[] = [
    createSandboxRail(ledger === undefined ? sandbox : { ...sandbox, ledger }),
    ...(await createLiveRails(env, curve, outbound.send)),
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
    close: async () => {
      await paywall.flush();
      await endpoints.close();
      await egress.close();
      await outbound.close();
    },
  };
}
