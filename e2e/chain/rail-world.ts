import type { Quote } from "@x402-paywall/core";
import { KNOWN_NETWORKS, createStablecoinRail, loadCurve } from "@x402-paywall/proxy/rails/stablecoin";
import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";
import type { Endpoint } from "@x402-paywall/proxy";
import { createHttpSend, nodeCrypto } from "@x402-paywall/proxy/node";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { startFacilitator } from "./hosted-facilitator.ts";
import type { RailPayer } from "./rail-payments.ts";
import { startChain } from "./start-chain.ts";

/** Base Sepolia as the test chain answers for it. */
export function networkAt(rpcUrl: string, confirmations = 1): StablecoinNetwork {
  const known = KNOWN_NETWORKS.find(({ network }) => network === "eip155:84532");
  if (known === undefined) throw new Error("Base Sepolia is not known");
  return { ...known, rpcUrl, confirmations };
}

export interface RailWorldOptions {
  readonly blockSeconds?: number;
  readonly facilitators?: number;
  /** For one question to a facilitator. */
  readonly timeoutMs?: number;
  readonly confirmations?: number;
  /** For a settlement to be seen on the chain. */
  readonly confirmMs?: number;
}

/** A chain, facilitators on it, a rail that uses them, and a funded payer. */
export async function createRailWorld(options: RailWorldOptions = {}) {
  const {
    blockSeconds,
    facilitators: count = 1,
    timeoutMs = 2_000,
    confirmMs = 6_000,
    confirmations = 1,
  } = options;
  const chain = await startChain(blockSeconds === undefined ? {} : { blockSeconds });
  const facilitators = await Promise.all(Array.from({ length: count }, () => startFacilitator(chain)));
  const sender = createHttpSend();
  const payTo = privateKeyToAccount(generatePrivateKey()).address;
  const errors: unknown[] = [];
  const rail = createStablecoinRail({
    networks: [networkAt(chain.rpcUrl, confirmations)],
    facilitators: facilitators.map(({ url }) => ({ url })),
    send: sender.send,
    crypto: nodeCrypto,
    clock: Date.now,
    curve: await loadCurve(),
    timeoutMs,
    confirmMs,
    onError: (error) => errors.push(error),
  });
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.fund(account.address, 1_000_000_000n);
  await chain.approvePermit2(account);
  const now = Math.floor(Date.now() / 1000);
  const endpoint = endpointOf(payTo);
  const payer: RailPayer = { rail, endpoint, account, now };
  return {
    chain,
    facilitators,
    rail,
    payTo,
    payer,
    endpoint,
    now,
    errors,
    quote: quoteAt(now),
    metered: {
      ...quoteAt(now),
      amount: 1_000_000n,
      terms: { kind: "balance", seconds: 86_400 },
    } as const satisfies Quote,
    close: async () => {
      await sender.close();
      await Promise.all(facilitators.map((each) => each.close()));
      await chain.close();
    },
  };
}

function quoteAt(now: number): Quote {
  return {
    id: "AAAAAAAAAAAAAAAAAAAAAA",
    mode: "live",
    endpointId: "ep_live",
    routeId: null,
    priceVersion: 1,
    amount: 10_000n,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1_000_000n, asOf: now },
    bindingHash: "x".repeat(43),
    issuedAt: now,
    expiresAt: now + 300,
  };
}

function endpointOf(payTo: string): Endpoint {
  return {
    id: "ep_live",
    workspaceId: "ws_live",
    slug: "live",
    version: 1,
    mode: "live",
    status: "active",
    kind: "json",
    title: "Live",
    description: "",
    creatorName: "Ada",
    upstream: {
      origin: "https://api.example.com",
      basePath: "/",
      baseQuery: "",
      match: "prefix",
      headers: [],
      headTimeoutMs: 30_000,
      idleTimeoutMs: 30_000,
      maxRequestBytes: 1_000_000,
    },
    defaultPrice: { model: "per-request", amount: 10_000n, version: 1 },
    routes: [],
    wires: ["x402"],
    rails: ["stablecoin"],
    binding: { query: true, body: false },
    passAuthorization: false,
    browserAccessSeconds: 3600,
    formerPrices: [],
    revoked: new Set(),
    payouts: { stablecoin: { payTo, networks: ["eip155:84532"] } },
  };
}
