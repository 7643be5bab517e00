import type { Offer, Quote } from "@x402-paywall/core";
import { addressBlock } from "./address-block.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PaywallLog } from "./log.ts";
import { andThen, type MaybePromise, recover } from "./maybe-async.ts";
import { DEFAULT_OFFER_TIMEOUT_MS, makeOffers } from "./offer.ts";
import { type OpenQuote, openQuoteKey, OpenQuotes } from "./open-quotes.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import { createQuote, DEFAULT_QUOTE_SECONDS } from "./price.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { OfferRequest, Rail } from "./rail.ts";
import type { Site } from "./site.ts";
import type { AtomicStore } from "./store.ts";
import type { Visit } from "./visit.ts";

/** A quote, and what it can be paid with. */
export interface QuotedOffers {
  readonly quote: Quote;
  readonly offers: readonly Offer[];
}

/** Makes quotes, and has the rails make them payable. */
export interface Quoter {
  quote(priced: PricedRequest): Quote;
  /** Of x402 alone: nobody is asked for an invoice that is not shown. */
  evmOffers(priced: PricedRequest, quote: Quote): MaybePromise<readonly Offer[]>;
  /** For who asks: the quote whose invoice it has not paid yet, or a new one. */
  quoteFor(visit: Visit, priced: PricedRequest): MaybePromise<QuotedOffers>;
}

type Asked = Partial<Pick<OfferRequest, "client" | "shareable" | "kept" | "endpoint">>;

export function createQuoter(options: PaywallOptions, site: Site, log: PaywallLog): Quoter {
  const { rails, rates, crypto, contentUrl, store } = options;
  const open = new OpenQuotes();
  const seconds = options.quoteSeconds ?? DEFAULT_QUOTE_SECONDS;
  const offerOptions = {
    rails,
    timeoutMs: options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS,
    onError: (_: Rail, error: unknown) => log({ event: "rail_error", error }),
  };
  const clock = (): number => Math.floor(options.clock() / 1000);
  // A grant may be refused long after its request came in: the fresh quote starts now.
  const quote = (priced: PricedRequest): Quote =>
    createQuote({ priced, now: clock(), seconds, rates, crypto });
  const ask = (priced: PricedRequest, quoted: Quote, asked: Asked): MaybePromise<readonly Offer[]> => {
    const { endpoint, target } = priced.match;
    const { maximum } = priced;
    const resourceUrl = `${contentUrl}${site.resource(target)}`;
    const request = { endpoint, ...asked, quote: quoted, resourceUrl };
    return makeOffers(maximum === undefined ? request : { ...request, maximum }, offerOptions);
  };
  const evmOffers: Quoter["evmOffers"] = (priced, quoted) =>
    ask(priced, quoted, { endpoint: withX402(priced.match.endpoint) });
  const makeNew = (priced: PricedRequest, asked: Asked): MaybePromise<QuotedOffers> => {
    const quoted = quote(priced);
    return andThen(ask(priced, quoted, asked), (offers) => ({ quote: quoted, offers }));
  };
  const quoteFor: Quoter["quoteFor"] = (visit, priced) => {
    const { request } = visit;
    // Nothing else costs anybody anything to offer.
    if (!priced.match.endpoint.rails.includes("lightning")) return makeNew(priced, {});
    const client = addressBlock(request.remoteAddress);
    const key = openQuoteKey(request, priced, crypto);
    if (key === undefined) return makeNew(priced, { client });
    const kept = open.find(key, clock());
    if (kept === undefined) {
      const done = open.begin(key);
      return recover(
        () => andThen(makeNew(priced, { client, shareable: true }), (made) => keepOpen(made, done)),
        (error) => {
          done();
          throw error;
        },
      );
    }
    return lookAt(kept, store).then((state): MaybePromise<QuotedOffers> => {
      if (state === "open") {
        const asked = { client, shareable: true, kept: kept.offer };
        return andThen(ask(priced, kept.quote, asked), (offers) => ({ quote: kept.quote, offers }));
      }
      open.drop(key, kept, state === "paid");
      return quoteFor(visit, priced);
    });
  };
  return { quote, evmOffers, quoteFor };
}

function withX402(endpoint: Endpoint): Endpoint {
  return { ...endpoint, wires: endpoint.wires.filter((wire) => wire === "x402") };
}

function keepOpen(made: QuotedOffers, done: (made?: OpenQuote) => void): QuotedOffers {
  const offer = made.offers.find((each) => each.kind === "lightning");
  if (offer === undefined) done();
  else done({ quote: made.quote, offer });
  return made;
}

/** Its row says whether it was paid, to whichever process; what cannot be looked up is not offered again. */
async function lookAt({ offer }: OpenQuote, store: AtomicStore): Promise<"open" | "paid" | "unknown"> {
  try {
    const record = await store.findInvoice(offer.paymentHash);
    if (record === undefined) return "unknown";
    return record.paid === null ? "open" : "paid";
  } catch {
    return "unknown";
  }
}
