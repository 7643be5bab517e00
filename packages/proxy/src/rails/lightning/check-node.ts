import { type Bolt11, type Crypto, decodeBolt11, toHex } from "@x402-paywall/core";
import { nobleCurve } from "../../evm/curve.ts";
import { networkOf } from "../../lightning/network-prefix.ts";
import {
  type LightningBackend,
  type LightningConnection,
  type LightningNetwork,
  LightningNodeError,
  type NodeFailure,
} from "./backend.ts";
import { type BackendLimits, isCheckedBackend } from "./checked-backend.ts";
import { readMacaroonRights } from "./macaroon-rights.ts";
import type { BackendOptions } from "./node-reach.ts";

/**
 * What a creator should know of a node that works. `inbound-unknown`: it does not tell whether it can receive.
 * `inbound-low`: it can receive little, or nothing yet. `spending-unknown`: the credential may be able to spend.
 */
export type NodeWarning = "inbound-unknown" | "inbound-low" | "spending-unknown";

export type NodeCheck =
  | {
      readonly ok: true;
      /** Compressed public key, hex: who signed the invoice. */
      readonly nodeKey: string;
      readonly network: LightningNetwork;
      /** What the node can receive now; `null` where it does not tell. */
      readonly inboundMsat: bigint | null;
      readonly warnings: readonly NodeWarning[];
    }
  | {
      readonly ok: false;
      readonly failure: NodeFailure | "too-many-rights" | "wrong-network" | "no-inbound";
      /** Rights that it should not have. */
      readonly extra?: readonly string[];
      /** For the operator's log; no credential in it. */
      readonly detail: string;
    };

export interface CheckOptions extends BackendOptions {
  /** The instance's. */
  readonly network: LightningNetwork;
  readonly crypto: Crypto;
  /** Loads the backend's module and opens it. @throws LightningNodeError */
  readonly open: (connection: LightningConnection, options: BackendOptions) => Promise<LightningBackend>;
}

type Failed = Extract<NodeCheck, { readonly ok: false }>;

/** For one call: somebody waits for the answer, and no payer does. */
const PATIENCE_MS = 5_000;
const TEST_MSAT = 1000n;
const TEST_EXPIRY_SECONDS = 60;
/** Below it hardly anything can be sold. */
const LOW_INBOUND_MSAT = 10_000_000n;

/**
 * Whether a node or wallet can be sold through: its rights first, without asking it, then an invoice of one satoshi, made
 * and read back, which nobody gets to see. What goes wrong on the way is an answer too.
 */
export async function checkNode(connection: LightningConnection, options: CheckOptions): Promise<NodeCheck> {
  const wrong = connection.kind === "lnd" ? checkRights(connection.macaroon) : undefined;
  if (wrong !== undefined) return wrong;
  try {
    const backend = await options.open(connection, { timeoutMs: PATIENCE_MS, ...options });
    try {
      return await tryOut(backend, options);
    } finally {
      await backend.close();
    }
  } catch (error) {
    if (error instanceof LightningNodeError) return fail(error.failure, error.message);
    throw error;
  }
}

function checkRights(macaroon: string): Failed | undefined {
  const rights = readMacaroonRights(macaroon);
  if (rights === undefined) return fail("unauthorized", "It is not a macaroon that lnd bakes");
  const { extra, missing } = rights;
  if (extra.length > 0)
    return { ...fail("too-many-rights", `The macaroon may also ${extra.slice(0, 5).join(", ")}`), extra };
  return missing.length > 0 ? fail("forbidden", `The macaroon lacks ${missing.join(", ")}`) : undefined;
}

async function tryOut(backend: LightningBackend, { crypto, network }: CheckOptions): Promise<NodeCheck> {
  const invoice = await makeInvoice(backend, crypto);
  const own = networkOf(invoice.prefix);
  if (own !== network)
    return fail("wrong-network", `Its invoices are of ${own ?? "an unknown network"}, not of ${network}`);
  const nodeKey = findSigner(invoice, crypto);
  if (nodeKey === undefined) return fail("malformed", "The signature of its invoice is not one");
  const { mayPay, inboundMsat, network: told = network } = await askLimits(backend);
  if (told !== network) return fail("wrong-network", `It says that it is on ${told}, not on ${network}`);
  if (mayPay === true)
    return { ...fail("too-many-rights", "The credential may spend"), extra: [SPEND[backend.kind]] };
  // phoenixd has a channel opened when it is first paid.
  if (inboundMsat === 0n && backend.kind !== "phoenixd")
    return fail("no-inbound", "It has no channel in which it can receive");
  const warnings: NodeWarning[] = [];
  if (inboundMsat === null) warnings.push("inbound-unknown");
  else if (inboundMsat < LOW_INBOUND_MSAT) warnings.push("inbound-low");
  if (mayPay === null) warnings.push("spending-unknown");
  return { ok: true, nodeKey, network, inboundMsat, warnings };
}

/** How each kind calls the right to spend. */
const SPEND = { lnd: "offchain:write", nwc: "pay_invoice", phoenixd: "payinvoice" } as const;

async function makeInvoice(backend: LightningBackend, crypto: Crypto): Promise<Bolt11> {
  const { bolt11, paymentHash } = await backend.createInvoice({
    amountMsat: TEST_MSAT,
    description: "Test of the connection, not to be paid",
    expirySeconds: TEST_EXPIRY_SECONDS,
    preimage: crypto.randomBytes(32),
  });
  const invoice = decodeBolt11(bolt11);
  if (invoice?.paymentHash !== paymentHash || invoice.amountMsat !== TEST_MSAT)
    throw new LightningNodeError("malformed", "Its invoice is not what was asked for");
  if ((await backend.lookUp(paymentHash)) === undefined)
    throw new LightningNodeError("malformed", "It does not know the invoice that it has just made");
  return invoice;
}

/** Compressed public key, hex. Where the invoice names its payee, it is the one that signed. */
function findSigner(invoice: Bolt11, crypto: Crypto): string | undefined {
  const { signature, recoveryId, signedData, payee } = invoice;
  const key = nobleCurve.recover(crypto.sha256(signedData), signature, recoveryId);
  if (key === undefined) return undefined;
  const parity = (key[64] ?? 0) % 2 === 0 ? "02" : "03";
  const signer = `${parity}${toHex(key.subarray(1, 33))}`;
  return payee === undefined || payee === signer ? signer : undefined;
}

/** What a node does not want to tell is not known. */
async function askLimits(backend: LightningBackend): Promise<BackendLimits> {
  const unknown: BackendLimits = { mayPay: null, inboundMsat: null };
  if (!isCheckedBackend(backend)) return unknown;
  try {
    return await backend.limits();
  } catch (error) {
    if (error instanceof LightningNodeError && error.failure === "forbidden") return unknown;
    throw error;
  }
}

function fail(failure: Failed["failure"], detail: string): Failed {
  return { ok: false, failure, detail };
}
