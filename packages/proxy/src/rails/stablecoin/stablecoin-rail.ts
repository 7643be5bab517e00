import type { Crypto, Offer, Proof, Quote } from "@x402-paywall/core";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import { isUsagePriced } from "../../evm/evm-offers.ts";
import type { StablecoinPayout } from "../../endpoint.ts";
import type { HttpSend } from "../../http-send.ts";
import type { OfferRequest, Rail, Verification } from "../../rail.ts";
import { type ChainPort, createChainPort } from "./chain-port.ts";
import type { FacilitatorAddress } from "./facilitator-client.ts";
import { createFacilitatorPool, type FacilitatorPool } from "./facilitator-pool.ts";
import type { StablecoinNetwork } from "./networks.ts";
import { formatTrace, parseTrace, traceOf } from "./payment-trace.ts";
import { createSettler } from "./settler.ts";

export interface StablecoinRailOptions {
  readonly networks: readonly StablecoinNetwork[];
  /** In the order in which they are asked. */
  readonly facilitators: readonly FacilitatorAddress[];
  /** The way out to facilitators and nodes; on Node `createHttpSend().send`. */
  readonly send: HttpSend;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Default: the pure one; `await loadCurve()` is about twenty times as fast where it finds a native binding. */
  readonly curve?: Curve;
  /** Who is paid where an endpoint does not say so itself: inside of an application. */
  readonly payout?: StablecoinPayout;
  /** For one question to a facilitator. Default 15,000. */
  readonly timeoutMs?: number;
  /** How long a request waits for its settlement to be seen on the chain. Default 20,000. */
  readonly confirmMs?: number;
  /** What a facilitator or a node failed with; never holds a signature. */
  readonly onError?: (error: unknown) => void;
}

const TIMEOUT_MS = 15_000;
const CONFIRM_MS = 20_000;

/**
 * LIVE stablecoins by x402 v2: `exact` (EIP-3009, Permit2) and `upto`. Signatures are checked here, facilitators settle, and
 * the chain says whether they did: no answer of a facilitator opens anything before the transfer to the creator's address
 * is found in a block. The rail holds no key.
 */
export function createStablecoinRail(options: StablecoinRailOptions): Rail {
  const { send, crypto, clock, curve = nobleCurve, onError = () => {} } = options;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const chains = new Map(
    options.networks.map((network) => [network.network as string, createChainPort(network, curve, send)]),
  );
  const addresses = options.facilitators;
  const pool = createFacilitatorPool({ addresses, send, crypto, clock, timeoutMs, onError });
  const settler = createSettler({ chains, pool, confirmMs: options.confirmMs ?? CONFIRM_MS, onError });
  return {
    id: "stablecoin",
    mode: "live",
    settles: (proof) => (isCapture(proof) ? "on-finish" : "on-commit"),
    offer: (request) => {
      const payout = request.endpoint.payouts?.stablecoin ?? options.payout;
      const { quote, endpoint } = request;
      if (payout === undefined || quote.mode !== "live" || quote.amount <= 0n) return [];
      if (!endpoint.wires.includes("x402")) return [];
      const make = (): readonly Offer[] => offersOf(request, payout, chains, pool);
      return pool.ready()?.then(make) ?? make();
    },
    accepts: (proof) => proof.kind !== "preimage" && chains.has(proof.requirements.network),
    verify: (proof, quote, now) => verify(proof, quote, now, chains),
    confirm: (claim) => settler.confirm(claim),
    note: ({ proof, amount }) => {
      const facilitator = settler.choose(proof)?.id ?? "";
      return formatTrace(traceOf(proof, amount, { facilitator, since: Math.floor(clock() / 1000) }));
    },
    settle: (claim) => settler.settle(claim),
    status: (_, note) => settler.status(parseTrace(note)),
  };
}

/** `upto` first where usage is priced: clients take the first offer that they know. */
function offersOf(
  { quote, maximum = quote.amount }: OfferRequest,
  { payTo, networks }: StablecoinPayout,
  chains: ReadonlyMap<string, ChainPort>,
  pool: FacilitatorPool,
): readonly Offer[] {
  const ports = networks.flatMap((network) => chains.get(network) ?? []);
  const captures = ports.flatMap(({ network: { network }, offers }): readonly Offer[] => {
    const [facilitator] = pool.list("upto", network);
    const address = facilitator && pool.captureAddress(facilitator, network);
    return address === undefined ? [] : [offers.upto(payTo, maximum, address)];
  });
  const transfers = ports
    .filter(({ network: { network } }) => pool.list("exact", network).length > 0)
    .map(({ offers }) => offers.exact(payTo, quote.amount));
  return isUsagePriced(quote) && maximum > 0n ? [...captures, ...transfers] : transfers;
}

/**
 * Payee, and who may capture, stand in the requirements, which are this instance's own: they were sealed, or made of its
 * present terms. So what was offered is honoured also where a facilitator does not answer just now.
 */
function verify(
  proof: Proof,
  quote: Quote,
  now: number,
  chains: ReadonlyMap<string, ChainPort>,
): Verification {
  if (quote.mode !== "live") return refuse("LIVE money buys nothing in TEST mode.");
  const port = proof.kind === "preimage" ? undefined : chains.get(proof.requirements.network);
  if (proof.kind === "preimage" || port === undefined) return refuse("This rail takes no such payment.");
  const { payTo, extra } = proof.requirements;
  if (proof.kind === "eip3009") return port.verifier.transfer(proof, { amount: quote.amount, payTo }, now);
  if (!isCapture(proof)) return port.verifier.permit(proof, { amount: quote.amount, payTo }, now);
  if (!isUsagePriced(quote)) return refuse("This price takes no payment of scheme upto.");
  const { facilitatorAddress = "" } = extra;
  const terms = { amount: BigInt(proof.requirements.amount), payTo, facilitators: [facilitatorAddress] };
  return port.verifier.permit(proof, terms, now);
}

function isCapture(proof: Proof): boolean {
  return proof.kind === "permit2" && proof.requirements.scheme === "upto";
}

function refuse(detail: string): Verification {
  return { ok: false, code: "verification_failed", detail };
}
