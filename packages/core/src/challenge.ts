import { PaywallError, toProblem } from "./problem.ts";
import { formatUsd } from "./money.ts";
import { orderByAcceptPayment } from "./wire/accept-payment.ts";
import { formatL402Challenge, mintL402 } from "./wire/l402.ts";
import { lightningChargeRequest } from "./wire/mpp-lightning.ts";
import { challengeId, formatPaymentChallenge } from "./wire/payment-auth.ts";
import { sealRequirements } from "./wire/seal-requirements.ts";
import { extensionsMember, formatPaymentRequired } from "./wire/x402.ts";
import type { JsonObject } from "./canonical-json.ts";
import type { Crypto } from "./crypto.ts";
import type { HeaderList } from "./headers.ts";
import { currentHmac } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import type { LightningOffer, Offer } from "./offer.ts";
import type { ProblemDocument } from "./problem.ts";
import type { Price } from "./price.ts";
import { describePrice, formatPrice } from "./pricing/index.ts";
import type { Quote } from "./quote.ts";
import type { WireId } from "./rail.ts";
import type { PaymentRequired, ResourceInfo } from "./wire/x402.ts";

export interface ChallengeInput {
  readonly quote: Quote;
  /** The price in force: says what the quote's amount buys. */
  readonly price?: Price;
  readonly offers: readonly Offer[];
  /** `url` is public and absolute; `description` and `serviceName` are the creator's words. */
  readonly resource: ResourceInfo;
  /** Protection space of the MPP challenges: the host of the resource. */
  readonly realm: string;
  readonly slug: string;
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  readonly wires: readonly Exclude<WireId, "access">[];
  /** Why the credential was refused; must have status 402. Default: `payment_required`. */
  readonly error?: PaywallError;
  /** Where our own problem types are documented. */
  readonly docsBase: string;
  /**
   * Of x402, from the fullest to the leanest: the body has the first, the header the first that there is room for. Pass the
   * same objects again: their text is made once.
   */
  readonly extensions?: readonly JsonObject[];
  /** The request's `Accept-Payment`. */
  readonly acceptPayment?: string | undefined;
  /** For pages that let a person pay; relative to the resource, or absolute. */
  readonly links?: ChallengeLinks;
}

/** Where a page goes on with a challenge: the body's member `links`. */
export interface ChallengeLinks {
  /** `GET ?payment_hash=` answers `{state: "awaiting" | "paid" | "expired"}`. */
  readonly status: string;
  /** `POST {token, preimage?, as: "token"}` answers `{accessToken, expiresAt}` of what a paid invoice bought. */
  readonly unlock: string;
  /** TEST mode's wallet: `POST {bolt11}` answers `{preimage}`. */
  readonly sandboxPay?: string;
}

export interface FormattedChallenge {
  /** In wire order, without `Content-Type` and `Content-Length`: the body may become a page. */
  readonly headers: HeaderList;
  /** Problem document with the x402 fields beside it. */
  readonly body: ProblemDocument;
  /** The body's text. */
  readonly json: string;
}

const exposed = "PAYMENT-REQUIRED, PAYMENT-RESPONSE, WWW-Authenticate, Payment-Receipt, Retry-After";
const common: HeaderList = [
  ["Cache-Control", "no-store"],
  ["Vary", "Accept"],
  ["Access-Control-Expose-Headers", exposed],
];
/** Made once: an Error costs its stack, and each unpaid request would pay for one. */
const unpaid = new PaywallError("payment_required");
/** What common servers and proxies in between still take. */
const maxHeaderBytes = 8000;

/**
 * The one 402, in every protocol that the offers can be paid with. The order of its lines is what deployed clients need:
 * L402 first, then `Payment method="lightning"`.
 * @throws PaywallError `rail_unavailable` where no wire that is on can carry any of the offers.
 */
export function formatChallenge(input: ChallengeInput): FormattedChallenge {
  const { offers, wires } = input;
  const error = input.error ?? unpaid;
  if (error.status !== 402) throw new TypeError(`${error.code} is not answered with a challenge`);
  const lightning = offers.filter((offer) => offer.kind === "lightning");
  const x402 = wires.includes("x402") ? paymentRequired(input, error) : undefined;
  const lines: string[] = [];
  const [first] = lightning;
  if (wires.includes("l402") && first) lines.push(l402Line(input, first));
  if (wires.includes("mpp")) lines.push(...mppLines(input, lightning));
  if (x402 === undefined && lines.length === 0) {
    throw new PaywallError("rail_unavailable", {
      detail: "None of the offers can be paid here",
      retryAfter: 5,
    });
  }
  const authenticate = lines.map((line) => ["WWW-Authenticate", line] as const);
  const required =
    x402 && fitRequired(x402, input.extensions ?? [], maxHeaderBytes - sizeOf(common) - sizeOf(authenticate));
  const headers: HeaderList = [...common, ...(required === undefined ? [] : [required]), ...authenticate];
  const document = problemBody(input, error, x402);
  const [extensions] = x402 === undefined ? [] : (input.extensions ?? []);
  return {
    headers,
    get body() {
      return extensions === undefined ? document : { ...document, extensions };
    },
    get json() {
      if (extensions === undefined || Object.hasOwn(document, "extensions")) return JSON.stringify(this.body);
      return `${JSON.stringify(document).slice(0, -1)},${extensionsMember(extensions)}`;
    },
  };
}

function l402Line(input: ChallengeInput, offer: LightningOffer): string {
  const { quote, slug, keys, crypto } = input;
  const token = mintL402({ quote, paymentHash: offer.paymentHash, slug, keys, crypto });
  return formatL402Challenge({ token, bolt11: offer.bolt11 });
}

function mppLines(input: ChallengeInput, lightning: readonly LightningOffer[]): readonly string[] {
  const { quote, realm, keys } = input;
  const hmac = currentHmac(keys, "challenge");
  const expires = formatTime(quote.expiresAt);
  const challenges = lightning.map((offer) => {
    const request = lightningChargeRequest({ quote, offer });
    return { realm, method: "lightning", intent: "charge", request, expires };
  });
  return orderByAcceptPayment(challenges, input.acceptPayment).map((challenge) =>
    formatPaymentChallenge({ id: challengeId(challenge, hmac), ...challenge }),
  );
}

function paymentRequired(input: ChallengeInput, error: PaywallError): PaymentRequired | undefined {
  const { quote, keys, resource } = input;
  const accepts = input.offers
    .filter((offer) => offer.kind === "evm")
    .map((offer) => sealRequirements(offer.requirements, quote, keys));
  return accepts.length === 0 ? undefined : { x402Version: 2, error: error.message, resource, accepts };
}

/** Deployed clients need the offers, not the creator's sample and words: those give way where there is no room. */
function fitRequired(
  required: PaymentRequired,
  [full, ...leaner]: readonly JsonObject[],
  room: number,
): HeaderList[number] {
  const whole = requiredHeader(required, full);
  if (sizeOf([whole]) <= room) return whole;
  const { url, mimeType } = required.resource;
  const wordless = { ...required, resource: { url, ...(mimeType && { mimeType }) } };
  const attempts = [{ head: required, tail: leaner[0] }, ...leaner.map((tail) => ({ head: wordless, tail }))];
  for (const { head, tail } of attempts) {
    const shorter = requiredHeader(head, tail);
    if (sizeOf([shorter]) <= room) return shorter;
  }
  return requiredHeader(wordless);
}

function requiredHeader(required: PaymentRequired, extensions?: JsonObject): HeaderList[number] {
  return ["PAYMENT-REQUIRED", formatPaymentRequired(required, extensions)];
}

function sizeOf(headers: HeaderList): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

function problemBody(
  input: ChallengeInput,
  error: PaywallError,
  x402: PaymentRequired | undefined,
): ProblemDocument {
  const { quote } = input;
  const problem = toProblem(error, input.docsBase);
  return {
    ...problem,
    detail: problem.detail ?? problem.title,
    ...x402,
    resource: input.resource,
    price: { amount: quote.amount.toString(), unit: "micro-usd", usd: formatUsd(quote.amount) },
    buys: quote.terms,
    ...(input.price && wordsOf(input.price)),
    mode: quote.mode,
    expires: formatTime(quote.expiresAt),
    ...(input.links === undefined ? {} : { links: input.links }),
  };
}

const priceWords = new WeakMap<Price, ReturnType<typeof describe>>();

/** Of the same price, made once. */
function wordsOf(price: Price): ReturnType<typeof describe> {
  const known = priceWords.get(price);
  if (known !== undefined) return known;
  const words = describe(price);
  priceWords.set(price, words);
  return words;
}

function describe(price: Price) {
  return { pricing: formatPrice(price), pricingText: describePrice(price) };
}

let lastTime = { seconds: 0, text: "" };

/** RFC 3339 in UTC without fractions. Quotes of one second end together: the last text is kept. */
function formatTime(seconds: number): string {
  if (lastTime.seconds !== seconds || lastTime.text === "") {
    const text = `${new Date(seconds * 1000).toISOString().slice(0, -".000Z".length)}Z`;
    lastTime = { seconds, text };
  }
  return lastTime.text;
}
