/**
 * Our gateway: the engine and the node transport, endpoints in memory, the sandbox rail (signatures checked, nothing
 * moves). Arguments: origins of the two upstreams, and for the Postgres store the database's address.
 */
import { createKeyRing, formatAccessToken } from "@x402-paywall/core";
import { createMemoryStore, createPaywall, fixedRate } from "@x402-paywall/proxy";
import type { AtomicStore } from "@x402-paywall/proxy";
import {
  createEgress,
  createEgressPolicy,
  createGatewayServer,
  createSigner,
  nodeCrypto,
} from "@x402-paywall/proxy/node";
import { createSandboxRail, loadCurve } from "@x402-paywall/proxy/rails/sandbox";
import { benchEndpoint } from "./bench-endpoint.ts";
import { serve } from "./ready.ts";

const [tiny = "", stream = "", databaseUrl] = process.argv.slice(2);
const keys = createKeyRing([nodeCrypto.randomBytes(32)], nodeCrypto);
const curve = await loadCurve();
const docsBase = "http://localhost:3000/docs/problems";
const contentUrl = "http://127.0.0.1:4020";

const endpoints = new Map(
  [
    benchEndpoint("json", tiny, { wires: ["x402"] }),
    benchEndpoint("all", tiny, { wires: ["x402", "l402", "mpp"] }),
    benchEndpoint("stream", stream, { wires: ["x402"] }),
  ].map((one) => [one.slug, one]),
);
const store = await openStore();
const paywall = createPaywall({
  endpoints: { find: (slug) => endpoints.get(slug) },
  store,
  rails: [createSandboxRail({ keys, crypto: nodeCrypto, clock: Date.now, curve })],
  keys,
  crypto: nodeCrypto,
  signer: createSigner(keys.derive("receipt")),
  rates: fixedRate(1_000_000n),
  clock: Date.now,
  contentUrl,
  appUrl: "http://localhost:3000",
  docsBase,
});
const allow = [tiny, stream].map((origin) => new URL(origin).host).join(",");
const egress = createEgress(createEgressPolicy({ allow }));
const gateway = createGatewayServer(paywall, { egress, docsBase });
serve(gateway.server, {
  curve: curve.name,
  store: databaseUrl === undefined ? "memory" : "postgres",
  passJson: pass("json"),
  passStream: pass("stream"),
});

/** A pass for the whole endpoint, as a payment would have bought it. */
function pass(slug: string): string {
  const expiresAt = Math.floor(Date.now() / 1000) + 3600;
  return formatAccessToken(
    {
      id: `ent_bench_${slug}`,
      kind: "pass",
      mode: "test",
      endpointId: `ep_bench_${slug}`,
      scope: "*",
      expiresAt,
    },
    keys,
  );
}

async function openStore(): Promise<AtomicStore> {
  if (databaseUrl === undefined) return createMemoryStore(Date.now);
  const { openBenchStore } = await import("../lib/bench-store.ts");
  return openBenchStore(databaseUrl, [...endpoints.values()]);
}
