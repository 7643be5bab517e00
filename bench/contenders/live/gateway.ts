/**
 * Our gateway in LIVE mode: the stablecoin rail, a hosted facilitator, settlements checked on the chain. Arguments: the
 * upstream's origin, the facilitator's, the chain's RPC.
 */
import { createKeyRing } from "@x402-paywall/core";
import { createMemoryStore, createPaywall, fixedRate } from "@x402-paywall/proxy";
import {
  createEgress,
  createEgressPolicy,
  createGatewayServer,
  createHttpSend,
  createSigner,
  nodeCrypto,
} from "@x402-paywall/proxy/node";
import { createStablecoinRail, KNOWN_NETWORKS, loadCurve } from "@x402-paywall/proxy/rails/stablecoin";
import { serve } from "../ready.ts";
import { benchEndpoint } from "../bench-endpoint.ts";
import { accepts } from "../official-server.ts";

const [upstream = "", facilitator = "", rpcUrl = ""] = process.argv.slice(2);
const keys = createKeyRing([nodeCrypto.randomBytes(32)], nodeCrypto);
const docsBase = "http://localhost:3000/docs/problems";
const networks = KNOWN_NETWORKS.filter(({ network }) => network === accepts.network);
const endpoint = benchEndpoint("stream", upstream, {
  mode: "live",
  rails: ["stablecoin"],
  payouts: { stablecoin: { payTo: accepts.payTo, networks: [accepts.network] } },
});
const paywall = createPaywall({
  endpoints: { find: (slug) => (slug === endpoint.slug ? endpoint : undefined) },
  store: createMemoryStore(Date.now),
  rails: [
    createStablecoinRail({
      networks: networks.map((network) => ({ ...network, rpcUrl })),
      facilitators: [{ url: facilitator }],
      send: createHttpSend().send,
      crypto: nodeCrypto,
      clock: Date.now,
      curve: await loadCurve(),
    }),
  ],
  keys,
  crypto: nodeCrypto,
  signer: createSigner(keys.derive("receipt")),
  rates: fixedRate(1_000_000n),
  clock: Date.now,
  contentUrl: "http://127.0.0.1:4020",
  appUrl: "http://localhost:3000",
  docsBase,
});
const egress = createEgress(createEgressPolicy({ allow: new URL(upstream).host }));
serve(createGatewayServer(paywall, { egress, docsBase }).server);
