import type { EvmReader, MinedTransaction } from "./evm-reader.ts";
import type { PaymentTrace } from "./payment-trace.ts";

/** What the chain says of a payment. `open`: nobody has used its nonce, and somebody still may. */
export type ChainVerdict =
  | {
      readonly verdict: "settled";
      readonly transaction: string;
      /** Who sent it, EIP-55. */
      readonly sender: string;
      readonly amount: bigint;
    }
  /** Cancelled, used for something else, or too late: it can never settle any more. */
  | { readonly verdict: "dead"; readonly detail: string }
  | { readonly verdict: "open" }
  /** In a block, and not under enough of them yet; or used by a transaction that was not found. */
  | { readonly verdict: "pending" };

/** How far back logs are looked for at a time: what public nodes still answer. */
const WINDOW = 2_000n;
const MAX_WINDOWS = 60;
const PARALLEL = 8;
/** Clocks of chain and server differ. */
const SLACK_SECONDS = 120n;
/** Nodes behind one address lag behind each other: what one does not see now, it sees then. */
const LAG_SECONDS = 60n;
const INDEX_LAG_SECONDS = 600n;

/** One transaction: `missing`: in no block that this node knows; `other`: not this payment's, or refused by the chain. */
export type TransactionVerdict =
  | Extract<ChainVerdict, { readonly verdict: "settled" | "pending" }>
  | { readonly verdict: "missing" | "other" };

/** Whether that transaction is this payment's settlement, whatever anybody says about it. Rejects where the node is away. */
export async function checkTransaction(
  reader: EvmReader,
  trace: PaymentTrace,
  hash: string,
): Promise<TransactionVerdict> {
  const transaction = await reader.findTransaction(hash);
  if (transaction === undefined) return { verdict: "missing" };
  const amount = settledAmount(transaction, trace);
  if (amount === undefined) return { verdict: "other" };
  const { number } = await reader.head();
  const depth = number - transaction.block + 1n;
  if (depth < BigInt(reader.network.confirmations)) return { verdict: "pending" };
  return { verdict: "settled", transaction: transaction.hash, sender: transaction.sender, amount };
}

/** Asks the chain what became of a payment, by its nonce. Rejects where the node is away. */
export async function askChain(reader: EvmReader, trace: PaymentTrace): Promise<ChainVerdict> {
  // The block first: what is unused in a later state was unused in it.
  const head = await reader.head();
  if (!(await isNonceUsed(reader, trace))) {
    return head.timestamp > BigInt(trace.until) + LAG_SECONDS
      ? { verdict: "dead", detail: "The payer's signature has expired; nothing was charged." }
      : { verdict: "open" };
  }
  const found = await searchBack(reader, trace, head.number);
  if (found !== undefined) return found;
  // Used, and in no log: cancelled without a trace, or not indexed yet. Only time tells the two apart.
  return head.timestamp > BigInt(trace.until) + INDEX_LAG_SECONDS ? deadOf(trace) : { verdict: "pending" };
}

/** Whether the payer's nonce is gone, for whatever it was used. */
export function isNonceUsed(reader: EvmReader, { kind, from, nonce }: PaymentTrace): Promise<boolean> {
  return kind === "eip3009"
    ? reader.isAuthorizationUsed(from, nonce)
    : reader.isPermitUsed(from, BigInt(nonce));
}

/** From the newest block to the time of the first request, window by window. */
async function searchBack(
  reader: EvmReader,
  trace: PaymentTrace,
  newest: bigint,
): Promise<ChainVerdict | undefined> {
  let toBlock = newest;
  for (let window = 0; window < MAX_WINDOWS; window++) {
    const fromBlock = toBlock > WINDOW ? toBlock - WINDOW : 0n;
    // oxlint-disable-next-line no-await-in-loop -- the newest first, and seldom more than one
    const found = await searchWindow(reader, trace, { fromBlock, toBlock });
    if (found !== undefined) return found;
    // oxlint-disable-next-line no-await-in-loop
    if (fromBlock === 0n || (await isBefore(reader, fromBlock, trace))) return undefined;
    toBlock = fromBlock - 1n;
  }
  return undefined;
}

async function searchWindow(
  reader: EvmReader,
  trace: PaymentTrace,
  range: { readonly fromBlock: bigint; readonly toBlock: bigint },
): Promise<ChainVerdict | undefined> {
  const { kind, from, to, nonce } = trace;
  const hashes =
    kind === "eip3009"
      ? await reader.listAuthorizationUses({ authorizer: from, nonce }, range)
      : await reader.listTransfers({ from, to }, range);
  const verdicts = await checkEach(reader, trace, hashes);
  const ours = verdicts.find((each) => each.verdict === "settled" || each.verdict === "pending");
  if (ours?.verdict === "settled") return ours;
  if (ours !== undefined || verdicts.some(({ verdict }) => verdict === "missing"))
    return { verdict: "pending" };
  // EIP-3009 names the nonce in its events: what used it and did not pay the payee has cancelled or spent it otherwise.
  return kind === "eip3009" && verdicts.length > 0 ? deadOf(trace) : undefined;
}

/** A few at a time, until one settles: a payer may have paid the same creator a thousand times within an hour. */
async function checkEach(
  reader: EvmReader,
  trace: PaymentTrace,
  hashes: readonly string[],
): Promise<readonly TransactionVerdict[]> {
  const verdicts: TransactionVerdict[] = [];
  for (let at = 0; at < hashes.length; at += PARALLEL) {
    const some = hashes.slice(at, at + PARALLEL).map((hash) => checkTransaction(reader, trace, hash));
    // oxlint-disable-next-line no-await-in-loop -- that is the point
    verdicts.push(...(await Promise.all(some)));
    if (verdicts.some(({ verdict }) => verdict === "settled")) break;
  }
  return verdicts;
}

async function isBefore(reader: EvmReader, block: bigint, { since }: PaymentTrace): Promise<boolean> {
  return (await reader.head(block)).timestamp < BigInt(since) - SLACK_SECONDS;
}

function deadOf({ kind }: PaymentTrace): ChainVerdict {
  const what = kind === "eip3009" ? "authorization" : "permit";
  return { verdict: "dead", detail: `The payer has cancelled the ${what}, or used it for something else.` };
}

/** The amount that a transaction moved from payer to payee by this very nonce: all of it, or what was captured of a maximum. */
function settledAmount(transaction: MinedTransaction, trace: PaymentTrace): bigint | undefined {
  if (!transaction.succeeded) return undefined;
  const transfers =
    trace.kind === "eip3009" ? byAuthorization(transaction, trace) : byPermit(transaction, trace);
  return transfers.find(
    ({ from, to, value }) =>
      isSame(from, trace.from) &&
      isSame(to, trace.to) &&
      (trace.capture ? value <= trace.maximum : value === trace.maximum),
  )?.value;
}

/**
 * EIP-3009: the transfer whose log follows that of the nonce. Another one in the same transaction may be what another
 * signature of the same payer has paid.
 */
function byAuthorization({ transfers, authorizations }: MinedTransaction, { from, nonce }: PaymentTrace) {
  const used = authorizations.find((each) => isSame(each.authorizer, from) && isSame(each.nonce, nonce));
  return used === undefined ? [] : transfers.filter(({ log }) => log === used.log + 1);
}

/** Permit2 leaves no log of its own: the nonce stands in the call, and one call spends one permit. */
function byPermit({ transfers, permit }: MinedTransaction, { from, nonce }: PaymentTrace) {
  return permit !== undefined && isSame(permit.owner, from) && permit.nonce === BigInt(nonce)
    ? transfers
    : [];
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
