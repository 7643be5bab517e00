import type { Hex, TransactionReceipt } from "viem";
import { readChainFault } from "./chain-fault.ts";
import type { EvmNetwork } from "./evm-network.ts";
import { findSettlement, movesPayment, type SettlementTrace } from "./find-settlement.ts";
import type { Journal, JournalEntry, SentSettlement, SettlementEnd } from "./journal.ts";
import type { Log } from "./log.ts";
import type { Reservation, Spending } from "./spending.ts";

type End = Omit<SettlementEnd, "hash">;

/** What was sent, followed until it has ended, and what that cost. */
export interface Settlements {
  find(key: string): JournalEntry | undefined;
  /** Writes down what is about to be sent. @throws where it cannot be written */
  begin(sent: SentSettlement, reservation: Reservation): JournalEntry;
  /** It was sent, or may have been: from now on its receipt is waited for. */
  watch(entry: JournalEntry): void;
  /** It surely was not sent, and its money is free again. */
  drop(entry: JournalEntry): void;
  /** How it ended; `undefined` where it has not within that time. */
  wait(entry: JournalEntry, ms: number): Promise<End | undefined>;
  /** How many are under way. */
  open(): number;
}

export interface SettlementsOptions {
  readonly network: EvmNetwork;
  readonly journal: Journal;
  readonly spending: Spending;
  readonly log: Log;
  readonly clock: () => number;
}

interface Following {
  readonly ended: Promise<End>;
  readonly end: (end: End) => void;
  readonly reservation: Reservation;
}

/** So long a receipt is waited for before it is asked whether it can still come. */
const WATCH_MS = 5_000;
const RETRY_MS = 1_000;
/** After so long without a receipt, a transaction whose nonce another one has used is given up. */
const REPLACED_MS = 60_000;

/** Goes on following what a previous life of the process has sent. */
export function createSettlements(options: SettlementsOptions): Settlements {
  const { network, journal, spending, log, clock } = options;
  const about = { network: network.config.network };
  const following = new Map<JournalEntry, Following>();

  const finish = (entry: JournalEntry, end: End): void => {
    const found = following.get(entry);
    if (found === undefined) return;
    following.delete(entry);
    found.reservation.settle(BigInt(end.spentWei));
    journal.finish(entry, end);
    found.end(end);
    const { hash } = entry;
    log.info("A settlement ended", {
      ...about,
      hash,
      end: end.end,
      reason: end.reason ?? "",
      wei: end.spentWei,
    });
  };
  const watch = async (entry: JournalEntry): Promise<void> => {
    while (following.has(entry)) {
      // oxlint-disable-next-line no-await-in-loop -- until it ends
      const receipt = await findReceipt(network, entry.hash);
      // oxlint-disable-next-line no-await-in-loop
      const end = await concludeEnd(network, entry, receipt, clock).catch(() => undefined);
      if (end !== undefined) finish(entry, end);
      // oxlint-disable-next-line no-await-in-loop
      else await new Promise((done) => setTimeout(done, RETRY_MS).unref());
    }
  };
  const follow = (entry: JournalEntry, reservation: Reservation): void => {
    const { promise: ended, resolve: end } = Promise.withResolvers<End>();
    following.set(entry, { ended, end, reservation });
  };
  const startWatch = (entry: JournalEntry): void => {
    watch(entry).catch((error: unknown) => log.error("A settlement is not followed any more", error, about));
  };
  for (const entry of journal.entries()) {
    if (entry.network !== network.config.network) continue;
    if (entry.end !== undefined) {
      spending.restoreSpent(BigInt(entry.end.spentWei), entry.at);
    } else {
      follow(entry, spending.restore(BigInt(entry.reservedWei), entry.at));
      startWatch(entry);
    }
  }
  return {
    find: (key) => journal.find(key),
    begin: (sent, reservation) => {
      const entry = journal.begin(sent);
      follow(entry, reservation);
      return entry;
    },
    watch: startWatch,
    drop: (entry) => finish(entry, { end: "dropped", spentWei: "0" }),
    wait: async (entry, ms) => {
      const ended = entry.end ?? following.get(entry)?.ended;
      if (ended === undefined) return undefined;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((done) => (timer = setTimeout(done, ms, undefined)));
      return Promise.race([ended, late]).finally(() => clearTimeout(timer));
    },
    open: () => following.size,
  };
}

async function findReceipt(network: EvmNetwork, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    const options = { hash, timeout: WATCH_MS, checkReplacement: false };
    return await network.client.waitForTransactionReceipt(options);
  } catch {
    return undefined;
  }
}

/** `undefined`: it has not ended yet. */
async function concludeEnd(
  network: EvmNetwork,
  entry: JournalEntry,
  receipt: TransactionReceipt | undefined,
  clock: () => number,
): Promise<End | undefined> {
  if (receipt === undefined) {
    const isOld = clock() - entry.at > REPLACED_MS;
    return isOld && (await isReplaced(network, entry)) ? { end: "dropped", spentWei: "0" } : undefined;
  }
  const spentWei = costOf(receipt).toString();
  const trace = traceOf(entry);
  if (receipt.status === "success" && movesPayment(receipt.logs, trace)) return { end: "settled", spentWei };
  const reason = receipt.status === "success" ? "it moved nothing" : await explainRevert(network, receipt);
  // Whoever was faster with the same authorization has paid the payee all the same.
  const found = await findSettlement(network, trace);
  const instead = found.state === "settled" ? { instead: found.transaction } : {};
  return { end: "failed", spentWei, reason, ...instead };
}

function traceOf({ kind, asset, payer, payTo, amount, authorizationNonce }: JournalEntry): SettlementTrace {
  return { kind, asset, payer, payTo, amount: BigInt(amount), nonce: BigInt(authorizationNonce) };
}

/** Another transaction has its nonce, so it can never land. */
async function isReplaced(network: EvmNetwork, { hash, accountNonce }: JournalEntry): Promise<boolean> {
  const { client, account } = network;
  const used = await client.getTransactionCount({ address: account.address });
  return used > accountNonce && !(await network.hasTransaction(hash));
}

/** Gas, and on chains of the OP stack what its data cost on Ethereum. */
function costOf(receipt: TransactionReceipt): bigint {
  const dataFee: unknown = "l1Fee" in receipt ? receipt.l1Fee : undefined;
  const extra = typeof dataFee === "string" || typeof dataFee === "bigint" ? BigInt(dataFee) : 0n;
  return receipt.gasUsed * receipt.effectiveGasPrice + extra;
}

/** Asks the block that it reverted in once more. */
async function explainRevert(network: EvmNetwork, receipt: TransactionReceipt): Promise<string> {
  const { client, account } = network;
  try {
    const { to, input: data } = await client.getTransaction({ hash: receipt.transactionHash });
    await client.call({ account: account.address, to, data, blockNumber: receipt.blockNumber });
  } catch (error) {
    const fault = readChainFault(error);
    if (fault.kind === "reverted") return fault.reason;
  }
  return "it reverted";
}
