import {
  decodeBolt11,
  type Hmac,
  type LightningOffer,
  microUsdToMsat,
  type Quote,
  utf8,
} from "@x402-paywall/core";
import { describeInvoice } from "../../lightning/invoice-description.ts";
import { invoiceSeconds } from "../../lightning/invoice-seconds.ts";
import { prefixOf } from "../../lightning/network-prefix.ts";
import { type LightningBackend, type LightningNetwork, LightningNodeError } from "./backend.ts";

export interface Issuing {
  readonly quote: Quote;
  readonly title: string;
  /** Unix seconds. */
  readonly now: number;
  readonly network: LightningNetwork;
  /** Of the instance's secret: what a quote's preimage is made with. */
  readonly preimageOf: Hmac;
}

/**
 * One invoice for one quote. Its preimage is made of the instance's secret and the quote's id, and its description names the
 * quote, so that a paid invoice can be told from the node alone. @throws LightningNodeError `malformed` where the node made
 * another one than it was asked for.
 */
export async function issueInvoice(backend: LightningBackend, issuing: Issuing): Promise<LightningOffer> {
  const { quote, title, now, network, preimageOf } = issuing;
  const amountMsat = microUsdToMsat(quote.amount, quote.rate);
  const { bolt11, paymentHash } = await backend.createInvoice({
    amountMsat,
    description: describeInvoice(quote, title),
    expirySeconds: invoiceSeconds(quote, now),
    preimage: preimageOf(utf8(quote.id)),
  });
  const made = decodeBolt11(bolt11);
  if (made?.paymentHash !== paymentHash || made.amountMsat !== amountMsat)
    throw new LightningNodeError("malformed", "The node made another invoice than it was asked for");
  if (made.prefix !== prefixOf(network))
    throw new LightningNodeError("malformed", `The node's invoices are not of ${network}`);
  return { kind: "lightning", bolt11, paymentHash, amount: amountMsat, network };
}
