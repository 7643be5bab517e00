import { ceilDiv } from "../money.ts";
import { readInvoiceOffers } from "./invoice-offers.ts";
import { PayingError } from "./paying-error.ts";
import type { PayableOffer, PayingContext } from "./payable-offer.ts";

/**
 * Lightning offers of a `WWW-Authenticate` value, payable with the context's wallet.
 * @param authorizationTaken The request has an `Authorization` of its own, which L402 would replace.
 */
export function readLightningOffers(
  value: string,
  context: PayingContext,
  authorizationTaken: boolean,
): readonly PayableOffer[] {
  if (context.lightning === undefined) return [];
  const { wallet, rateMsatPerUsd } = context.lightning;
  const offers = readInvoiceOffers(value, { now: context.now(), authorizationTaken });
  return offers.map(({ wire, bolt11, amountMsat, present }) => ({
    wire,
    amountUsd: ceilDiv(amountMsat * 1_000_000n, rateMsatPerUsd),
    pay: async () => {
      const { preimage } = await wallet.payInvoice(bolt11);
      if (!/^[0-9a-f]{64}$/i.test(preimage)) {
        throw new PayingError("paid_without_answer", "The wallet paid, but returned no preimage");
      }
      return present(preimage.toLowerCase());
    },
  }));
}
