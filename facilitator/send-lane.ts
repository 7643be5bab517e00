import { PaywallError } from "@x402-paywall/core";
import { createNonceManager, keccak256 } from "viem";
import type { Address, Hex } from "viem";
import { getTransactionCount } from "viem/actions";
import { readBroadcastFault } from "./chain-fault.ts";
import type { BroadcastFault } from "./chain-fault.ts";
import type { EvmNetwork } from "./evm-network.ts";
import type { Fees } from "./gas-prices.ts";
import type { Log } from "./log.ts";
import { unavailable } from "./unavailable.ts";

export interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly gas: bigint;
  readonly fees: Fees;
}

/** How a broadcast is written down before it is made, and taken back when it surely was not. */
export interface BroadcastRecord {
  begin(hash: Hex, accountNonce: number): void;
  drop(): void;
}

export interface SendLane {
  /**
   * Signs and broadcasts; resolves also where it is not known whether the node took it.
   * @throws PaywallError 503 when surely nothing was sent
   */
  send(call: Call, record: BroadcastRecord): Promise<Hex>;
}

interface Broadcast {
  readonly raw: Hex;
  readonly hash: Hex;
  readonly nonce: number;
  readonly record: BroadcastRecord;
}

/** `taken`: the node has it. */
type Outcome = "taken" | Exclude<BroadcastFault, "known">;

const NONCE_TRIES = 3;
const RESOLVE_TRIES = 3;

/**
 * One broadcast after another: a nonce is given out when that of the broadcast before is surely used or surely free, so that
 * nothing that fails leaves a gap which those behind it would wait for.
 */
export function createSendLane(network: EvmNetwork, log: Log): SendLane {
  const { account, config } = network;
  const nonces = createAccountNonces(network);
  const about = { network: config.network };
  let last: Promise<unknown> = Promise.resolve();
  let unresolved: Broadcast | undefined;

  const conclude = (outcome: Exclude<Outcome, "unknown">, { nonce, record }: Broadcast): void => {
    if (outcome === "taken") return;
    record.drop();
    if (outcome === "nonce-taken") nonces.skip(nonce);
    else nonces.giveBack(nonce);
  };
  const settleUnresolved = async (): Promise<void> => {
    if (unresolved === undefined) return;
    const outcome = await resolve(network, unresolved, 1);
    if (outcome === "unknown")
      throw unavailable(`The node of ${config.network} does not say what became of a transaction`);
    conclude(outcome, unresolved);
    unresolved = undefined;
  };
  const sign = async ({ to, data, gas, fees }: Call, record: BroadcastRecord): Promise<Broadcast> => {
    const nonce = await nonces.take();
    try {
      const envelope = { chainId: config.chainId, to, data, gas, nonce, ...fees.fields };
      const raw = await account.signTransaction(envelope);
      const hash = keccak256(raw);
      record.begin(hash, nonce);
      return { raw, hash, nonce, record };
    } catch (error) {
      nonces.giveBack(nonce);
      if (error instanceof PaywallError) throw error;
      throw unavailable("The settlement could not be written down", 30, error);
    }
  };
  const sendOnce = async (call: Call, record: BroadcastRecord): Promise<readonly [Outcome, Hex]> => {
    const sent = await sign(call, record);
    const first = await broadcast(network, sent.raw);
    const outcome = first === "unknown" ? await resolve(network, sent, RESOLVE_TRIES) : first;
    if (outcome === "unknown") unresolved = sent;
    else conclude(outcome, sent);
    return [outcome, sent.hash];
  };
  const run = async (call: Call, record: BroadcastRecord): Promise<Hex> => {
    await settleUnresolved();
    for (let attempt = 0; attempt < NONCE_TRIES; attempt++) {
      // oxlint-disable-next-line no-await-in-loop -- each with the nonce that the one before has not got
      const [outcome, hash] = await sendOnce(call, record);
      if (outcome === "taken") return hash;
      log.error("A transaction was not taken", undefined, { ...about, hash, outcome });
      if (outcome === "unknown") return hash;
      if (outcome === "no-funds") throw unavailable(`The gas wallet on ${config.network} is empty`, 30);
      if (outcome !== "nonce-taken") break;
    }
    throw unavailable(`The node of ${config.network} refused the transaction`);
  };
  return {
    send: (call, record) => {
      const mine = last.then(() => run(call, record));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

async function broadcast(network: EvmNetwork, raw: Hex): Promise<Outcome> {
  try {
    await network.send(raw);
    return "taken";
  } catch (error) {
    const fault = readBroadcastFault(error);
    return fault === "known" ? "taken" : fault;
  }
}

/** Asks what became of a broadcast, with the same bytes again: they can only ever land once. */
async function resolve(network: EvmNetwork, { raw, hash }: Broadcast, tries: number): Promise<Outcome> {
  for (let attempt = 0; attempt < tries; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- the node gets a moment in between
    if (attempt > 0) await new Promise((done) => setTimeout(done, 200 * 2 ** attempt));
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await broadcast(network, raw);
    if (outcome === "taken") return outcome;
    // It may have been taken the first time, and be the one that has the nonce.
    // oxlint-disable-next-line no-await-in-loop
    const has = await network.hasTransaction(hash).catch(() => undefined);
    if (has === true) return "taken";
    if (has === false && outcome !== "unknown") return outcome;
  }
  return "unknown";
}

/** viem's nonce manager over what this process knows; the node is asked only where it knows nothing. */
function createAccountNonces({ account: { address }, config: { chainId }, client }: EvmNetwork) {
  const wallet = { address, chainId };
  let next: number | undefined;
  let floor = 0;
  const manager = createNonceManager({
    source: {
      get: async (from) =>
        next ?? Math.max(floor, await getTransactionCount(from.client, { address, blockTag: "pending" })),
      set: (_wallet, nonce) => {
        next = nonce + 1;
      },
    },
  });
  return {
    take: (): Promise<number> => manager.consume({ ...wallet, client }),
    /** It is free again: the next one shall have it. */
    giveBack(nonce: number): void {
      manager.reset(wallet);
      next = nonce;
    },
    /** Somebody else used it: what the node says now, if it has noticed. */
    skip(nonce: number): void {
      manager.reset(wallet);
      next = undefined;
      floor = nonce + 1;
    },
  };
}
