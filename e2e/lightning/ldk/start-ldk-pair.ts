import { EventEmitter, once } from "node:events";
import * as ldk from "lightningdevkit";
import { connectNodes } from "./connect-nodes.ts";
import { createLdkNode, loadLdk, type LdkNode } from "./ldk-node.ts";
import { createMadeUpChain, makeTransaction } from "./made-up-chain.ts";

/** As with lnd: the payer can send twelve million satoshi, and the creator four. */
const CHANNEL_SATS = 16_000_000n;
const CREATORS_MSAT = 4_000_000_000n;
const PAYMENT_TIMEOUT_MS = 20_000;

export interface LdkInvoice {
  readonly bolt11: string;
  /** Hex, as the preimage. */
  readonly paymentHash: string;
  readonly preimage: string;
}

export type LdkPair = Awaited<ReturnType<typeof startLdkPair>>;

/** Two LDK nodes in this process with a channel between them, on a chain that is made up block by block. */
export async function startLdkPair() {
  await loadLdk();
  const creator = createLdkNode();
  const payer = createLdkNode();
  const chain = createMadeUpChain([creator, payer]);
  const received = new EventEmitter<{ payment: [paymentHash: string, amountMsat: bigint] }>();
  const outcomes = new EventEmitter<Record<string, [Outcome]>>();

  /** Messages and events, until there are no more. */
  const settle = (): void => {
    for (;;) {
      exchange(payer, creator);
      const events = [creator, payer].flatMap((node) => node.takeEvents().map((event) => ({ node, event })));
      for (const { node, event } of events) {
        if (event instanceof ldk.Event_PendingHTLCsForwardable) node.channels.process_pending_htlc_forwards();
        else if (event instanceof ldk.Event_PaymentClaimable) claim(node, event);
        else if (event instanceof ldk.Event_PaymentClaimed && node === creator)
          received.emit("payment", toHex(event.payment_hash), event.amount_msat);
        else {
          const outcome = readOutcome(event);
          if (outcome !== undefined) outcomes.emit(outcome.id, outcome);
        }
      }
      if (events.length === 0) return;
    }
  };

  connectNodes(payer, creator);
  openChannel(payer, creator, chain.mine, settle);
  return {
    nodeId: toHex(creator.nodeId),
    /** Of the creator, of what was received just now. */
    received,
    inboundMsat: () => sum(creator, (channel) => channel.get_inbound_capacity_msat()),
    balanceMsat: () => sum(creator, (channel) => channel.get_outbound_capacity_msat()),
    createInvoice(sats: bigint, description: string, expirySeconds: number): LdkInvoice {
      chain.catchUp();
      return createInvoice(creator, sats, description, expirySeconds);
    },
    async pay(bolt11: string): Promise<{ preimage: string; feeMsat: bigint }> {
      chain.catchUp();
      const id = send(payer, bolt11);
      const ended = once(outcomes, id, { signal: AbortSignal.timeout(PAYMENT_TIMEOUT_MS) });
      settle();
      const [outcome] = (await ended) as [Outcome];
      if ("failure" in outcome) throw new Error(`payer did not pay: ${outcome.failure}`);
      return { preimage: outcome.preimage, feeMsat: outcome.feeMsat };
    },
  };
}

type Outcome =
  | { readonly id: string; readonly preimage: string; readonly feeMsat: bigint }
  | { readonly id: string; readonly failure: string };

function exchange(payer: LdkNode, creator: LdkNode): void {
  // An update of a channel is three messages each way.
  for (let round = 0; round < 4; round += 1) for (const { peers } of [payer, creator]) peers.process_events();
}

function openChannel(
  payer: LdkNode,
  creator: LdkNode,
  mine: (transactions?: readonly Uint8Array[]) => void,
  settle: () => void,
): void {
  exchange(payer, creator);
  const order = payer.channels.create_channel(creator.nodeId, CHANNEL_SATS, CREATORS_MSAT, 1n, null, null);
  if (!order.is_ok()) throw new Error("LDK opens no channel");
  exchange(payer, creator);
  const ready = payer.takeEvents().find((event) => event instanceof ldk.Event_FundingGenerationReady);
  if (ready === undefined) throw new Error("LDK asks for no funding");
  const funding = makeTransaction(ready.output_script, ready.channel_value_satoshis);
  payer.channels.funding_transaction_generated(
    ready.temporary_channel_id,
    ready.counterparty_node_id,
    funding,
  );
  settle();
  mine([funding]);
  for (let depth = 0; depth < 6; depth += 1) mine();
  settle();
  if (payer.channels.list_usable_channels().length !== 1) throw new Error("LDK's channel is not usable");
}

function createInvoice(node: LdkNode, sats: bigint, description: string, expirySeconds: number): LdkInvoice {
  const text = ldk.Description.constructor_new(description);
  if (!(text instanceof ldk.Result_DescriptionCreationErrorZ_OK)) throw new Error("LDK takes no such text");
  const made = node.channels.create_bolt11_invoice(
    ldk.Option_u64Z.constructor_some(sats * 1_000n),
    ldk.Bolt11InvoiceDescription.constructor_direct(text.res),
    ldk.Option_u32Z.constructor_some(expirySeconds),
    ldk.Option_u16Z.constructor_none(),
    ldk.Option_ThirtyTwoBytesZ.constructor_none(),
  );
  if (!(made instanceof ldk.Result_Bolt11InvoiceSignOrCreationErrorZ_OK))
    throw new Error("LDK makes no invoice");
  const invoice = made.res;
  const preimage = node.channels.get_payment_preimage(invoice.payment_hash(), invoice.payment_secret());
  if (!(preimage instanceof ldk.Result_ThirtyTwoBytesAPIErrorZ_OK)) throw new Error("LDK has no preimage");
  return {
    bolt11: invoice.to_str(),
    paymentHash: toHex(invoice.payment_hash()),
    preimage: toHex(preimage.res),
  };
}

/** @returns the id of the payment, which is its hash. */
function send(node: LdkNode, bolt11: string): string {
  const parsed = ldk.Bolt11Invoice.constructor_from_str(bolt11);
  if (!(parsed instanceof ldk.Result_Bolt11InvoiceParseOrSemanticErrorZ_OK))
    throw new Error("payer did not pay: no invoice");
  const order = ldk.UtilMethods.constructor_payment_parameters_from_invoice(parsed.res);
  if (!(order instanceof ldk.Result_C3Tuple_ThirtyTwoBytesRecipientOnionFieldsRouteParametersZNoneZ_OK))
    throw new Error("payer did not pay: the invoice has no amount");
  const hash = order.res.get_a();
  const retry = ldk.Retry.constructor_attempts(2);
  const sent = node.channels.send_payment(hash, order.res.get_b(), hash, order.res.get_c(), retry);
  if (sent instanceof ldk.Result_NoneRetryableSendFailureZ_Err)
    throw new Error(`payer did not pay: ${ldk.RetryableSendFailure[sent.err]}`);
  return toHex(hash);
}

function claim(node: LdkNode, { purpose }: ldk.Event_PaymentClaimable): void {
  const preimage = purpose.preimage();
  if (preimage instanceof ldk.Option_ThirtyTwoBytesZ_Some) node.channels.claim_funds(preimage.some);
}

function readOutcome(event: ldk.Event): Outcome | undefined {
  if (event instanceof ldk.Event_PaymentSent) {
    const fee = event.fee_paid_msat;
    const feeMsat = fee instanceof ldk.Option_u64Z_Some ? fee.some : 0n;
    return { id: toHex(event.payment_hash), preimage: toHex(event.payment_preimage), feeMsat };
  }
  if (!(event instanceof ldk.Event_PaymentFailed)) return undefined;
  const { reason } = event;
  const failure =
    reason instanceof ldk.Option_PaymentFailureReasonZ_Some
      ? ldk.PaymentFailureReason[reason.some]
      : "unknown";
  return { id: toHex(event.payment_id), failure };
}

function sum(node: LdkNode, read: (channel: ldk.ChannelDetails) => bigint): bigint {
  return node.channels.list_usable_channels().reduce((total, channel) => total + read(channel), 0n);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
