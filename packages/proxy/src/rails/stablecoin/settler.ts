import type { Eip3009Proof, Permit2Proof, Proof } from "@x402-paywall/core";
import type { Confirmation, RailClaim, Settlement, Unsettled } from "../../rail.ts";
import type { ChainPort } from "./chain-port.ts";
import { toFacilitatorRequest } from "./evm-payload.ts";
import type { SettleReply } from "./facilitator-client.ts";
import type { Facilitator, FacilitatorPool } from "./facilitator-pool.ts";
import { parseTrace, type PaymentTrace } from "./payment-trace.ts";
import { toRefusal } from "./refusal.ts";
import { askChain, type ChainVerdict, checkTransaction, isNonceUsed } from "./settlement-check.ts";

export interface SettlerOptions {
  readonly chains: ReadonlyMap<string, ChainPort>;
  readonly pool: FacilitatorPool;
  readonly confirmMs: number;
  readonly onError: (error: unknown) => void;
}

/** Asks facilitators, and believes the chain. */
export interface Settler {
  /** Who would settle that proof: a permit of `upto` names its facilitator, all else goes to the best one. */
  choose(proof: Proof): Facilitator | undefined;
  confirm(claim: RailClaim): Promise<Confirmation>;
  settle(claim: RailClaim): Promise<Settlement>;
  status(trace: PaymentTrace | undefined): Promise<Settlement | Unsettled>;
}

const RETRY_SECONDS = 5;
const UNKNOWN = { outcome: "unknown", retryAfter: RETRY_SECONDS } as const;
const UNAVAILABLE = { outcome: "unavailable", retryAfter: RETRY_SECONDS } as const;
const SPENT = {
  outcome: "failed",
  detail: "The signature was used or cancelled before it could pay for this. Sign a new one.",
} as const;
/** Between two looks at the chain: its blocks are 250 ms to 2 s apart. */
const FIRST_LOOK_MS = 40;
const LAST_LOOK_MS = 500;

export function createSettler(options: SettlerOptions): Settler {
  const { chains, pool, onError } = options;
  const candidates = (proof: Proof): readonly Facilitator[] => {
    if (proof.kind === "preimage") return [];
    const { scheme, network } = proof.requirements;
    if (scheme === "exact") return pool.list("exact", network);
    const named = proof.kind === "permit2" ? proof.authorization.facilitator : null;
    const found = named === null ? undefined : pool.findBySigner(named);
    return found === undefined ? [] : [found];
  };
  return {
    choose: (proof) => candidates(proof)[0],
    confirm: async (claim) => {
      const { proof } = claim;
      if (proof.kind === "preimage") throw new TypeError("A preimage is no proof of this rail");
      await pool.ready();
      const symbol = chains.get(proof.requirements.network)?.network.asset.symbol ?? "the asset";
      return confirmWith(candidates(proof), proof, symbol, pool);
    },
    settle: async (claim) => {
      const { proof, repeated = false } = claim;
      const noted = parseTrace(claim.note);
      const port = noted && chains.get(noted.network);
      if (proof.kind === "preimage" || noted === undefined || port === undefined) return UNKNOWN;
      // What was asked for the first time may still land: nothing else is asked for.
      const amount = repeated ? noted.amount : claim.amount;
      const fault = checkAmount(proof, amount);
      if (fault !== undefined) return { outcome: "failed", detail: fault };
      // The signature stays good, and nobody has to pay gas for nothing.
      if (amount === 0n) return { outcome: "settled", reference: "none", settled: port.settledOf(0n) };
      try {
        return await settleWith(proof, amount, { trace: noted, port, repeated, ...options });
      } catch (error) {
        onError(error);
        return UNKNOWN;
      }
    },
    status: async (trace) => {
      const port = trace && chains.get(trace.network);
      if (trace === undefined || port === undefined) return UNKNOWN;
      const verdict = await askChain(port.reader, trace);
      return verdict.verdict === "open"
        ? { outcome: "unsettled", retryAfter: RETRY_SECONDS }
        : toSettlement(verdict, port);
    },
  };
}

/** Nothing is moved, so whoever does not answer is passed over. */
async function confirmWith(
  facilitators: readonly Facilitator[],
  proof: Eip3009Proof | Permit2Proof,
  symbol: string,
  pool: FacilitatorPool,
): Promise<Confirmation> {
  const request = toFacilitatorRequest(proof, amountOf(proof));
  let retryAfter = RETRY_SECONDS;
  for (const facilitator of facilitators) {
    // oxlint-disable-next-line no-await-in-loop -- in the operator's order
    const reply = await facilitator.verify(request);
    if (reply.outcome === "invalid") return toRefusal(reply.reason, symbol);
    if (reply.outcome === "valid" && isAbout(reply.payer, proof)) return { outcome: "confirmed" };
    if (reply.outcome === "no-answer") ({ retryAfter } = reply);
    pool.markDown(facilitator.id);
  }
  return { outcome: "unavailable", retryAfter };
}

/** An answer about somebody else says nothing about this payment. */
function isAbout(payer: string | undefined, { authorization }: Eip3009Proof | Permit2Proof): boolean {
  return payer === undefined || payer.toLowerCase() === authorization.from;
}

interface Work extends SettlerOptions {
  readonly trace: PaymentTrace;
  readonly port: ChainPort;
  /** Asked before, with no certain outcome. */
  readonly repeated: boolean;
}

async function settleWith(
  proof: Eip3009Proof | Permit2Proof,
  amount: bigint,
  work: Work,
): Promise<Settlement> {
  const { pool, trace, repeated } = work;
  // Where it was sent the first time, or nowhere: two facilitators might both be on their way with it.
  const facilitator = pool.find(trace.facilitator);
  if (trace.facilitator === "") return UNAVAILABLE;
  if (facilitator === undefined) return UNKNOWN;
  const spent = repeated ? undefined : await findSpent(work);
  if (spent !== undefined) return spent;
  const reply = await facilitator.settle(toFacilitatorRequest(proof, amount));
  switch (reply.outcome) {
    case "not-sent":
      pool.markDown(facilitator.id);
      return repeated ? { ...UNKNOWN, retryAfter: reply.retryAfter } : { ...reply, outcome: "unavailable" };
    case "settled":
      return watch(reply.transaction, facilitator, work);
    case "pending":
      return watchRefused(reply.transaction, facilitator, work);
    case "refused":
      return toRefused(reply, facilitator, work);
    case "unknown": {
      pool.markDown(facilitator.id);
      const settlement = toSettlement(await askChain(work.port.reader, trace), work.port);
      // Whatever was sent may land a moment from now, until the signature has ended.
      return settlement.outcome === "unknown" ? { ...UNKNOWN, retryAfter: reply.retryAfter } : settlement;
    }
  }
}

/**
 * Signatures name no resource: one that has paid the same address at another server, a moment ago, would be found paid on
 * the chain. So nobody is asked for a payment whose nonce is gone before it was asked for the first time.
 */
async function findSpent({ port, trace, onError }: Work): Promise<Settlement | undefined> {
  try {
    return (await isNonceUsed(port.reader, trace)) ? SPENT : undefined;
  } catch (error) {
    // Nothing was asked of anybody yet.
    onError(error);
    return UNAVAILABLE;
  }
}

/** Waits until the transaction that was named is deep enough, and is this payment's. */
async function watch(hash: string, facilitator: Facilitator, work: Work): Promise<Settlement> {
  const { trace, port, confirmMs } = work;
  const deadline = Date.now() + confirmMs;
  for (let pause = FIRST_LOOK_MS; Date.now() < deadline; pause = Math.min(pause * 2, LAST_LOOK_MS)) {
    // oxlint-disable-next-line no-await-in-loop -- it is waited for
    const verdict = await checkTransaction(port.reader, trace, hash);
    if (verdict.verdict === "settled") return toSettlement(verdict, port);
    if (verdict.verdict === "other") break;
    // oxlint-disable-next-line no-await-in-loop
    await sleep(pause);
  }
  // Not this payment's transaction, or not in time: the nonce says what became of it.
  return toOwn(await askChain(port.reader, trace), facilitator, work);
}

/** It was sent, and is said to have failed: the chain says whether that is so. */
async function watchRefused(hash: string, facilitator: Facilitator, work: Work): Promise<Settlement> {
  const settlement = await watch(hash, facilitator, work);
  if (settlement.outcome !== "unknown" || work.repeated) return settlement;
  const { reader } = work.port;
  const reverted = (await reader.findTransaction(hash))?.succeeded === false;
  if (!reverted || (await askChain(reader, work.trace)).verdict !== "open") return settlement;
  return { outcome: "failed", detail: "The chain refused the transfer. Nothing was charged." };
}

async function toRefused(
  { reason, decided }: Extract<SettleReply, { readonly outcome: "refused" }>,
  facilitator: Facilitator,
  work: Work,
): Promise<Settlement> {
  const { port, trace, repeated } = work;
  const verdict = await askChain(port.reader, trace);
  // Refused now; what was asked before, or is not decided, may still be on its way.
  if (verdict.verdict === "open" && !repeated && decided)
    return { outcome: "failed", detail: toRefusal(reason, port.network.asset.symbol).detail };
  return toOwn(verdict, facilitator, work);
}

/** What the chain says counts for who asked for it: what somebody else has sent meanwhile has paid for something else. */
function toOwn(verdict: ChainVerdict, facilitator: Facilitator, { port, repeated }: Work): Settlement {
  if (verdict.verdict === "settled" && !repeated && !facilitator.sendsFrom(verdict.sender)) return SPENT;
  return toSettlement(verdict, port);
}

function toSettlement(verdict: ChainVerdict, port: ChainPort): Settlement {
  switch (verdict.verdict) {
    case "settled": {
      const { transaction, amount } = verdict;
      return { outcome: "settled", reference: transaction, settled: port.settledOf(amount) };
    }
    case "dead":
      return { outcome: "failed", detail: verdict.detail };
    case "open":
    case "pending":
      return UNKNOWN;
  }
}

function amountOf(proof: Eip3009Proof | Permit2Proof): bigint {
  return proof.kind === "eip3009" ? proof.authorization.value : proof.authorization.amount;
}

function checkAmount(proof: Eip3009Proof | Permit2Proof, amount: bigint): string | undefined {
  const maximum = amountOf(proof);
  return amount < 0n || amount > maximum ? `The payer signed for ${maximum} at most.` : undefined;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
