import type { Mode, Terms } from "@x402-paywall/core";
import { parsePaymentChallenges } from "@x402-paywall/core";
import { readInvoiceOffers } from "@x402-paywall/core/client";
import type { InvoiceOffer } from "@x402-paywall/core/client";
import { asObject, asText, readObject } from "../checkout/problem.ts";
import { toUrl } from "../checkout/to-url.ts";
import { readBase64Json } from "../parts/base64-json.ts";
import type { Choice } from "../parts/choice.ts";
import { topUpOf } from "../parts/slip.ts";
import type { SlipX402 } from "../parts/slip.ts";
import { isDollar } from "../parts/x402-part.ts";
import type { PaywallChallenge } from "./challenge.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface ChallengeRequest {
  /** Where it was sent, absolute: an answer that was made by a script has no address. */
  readonly url: string;
  readonly method: string;
  /** It carries an `Authorization` of its own, which L402 would replace. */
  readonly hasAuthorization: boolean;
}

/**
 * Reads a 402 from header and body: x402 `PAYMENT-REQUIRED` (and v1's body), `WWW-Authenticate: L402 …` and `Payment …`,
 * and our problem document. What a page of another origin may not read is left out. Consumes the body.
 * @param now Unix seconds.
 */
export async function readChallenge(
  answer: Response,
  request: ChallengeRequest,
  now: number,
): Promise<PaywallChallenge> {
  const { headers } = answer;
  const url = new URL(answer.url || request.url);
  const body = await readObject(answer);
  const header = asObject(readBase64Json(headers.get("PAYMENT-REQUIRED") ?? ""));
  const required = Array.isArray(header["accepts"]) ? header : body;
  const accepts = Array.isArray(required["accepts"]) ? required["accepts"].map(asObject) : [];
  const x402 = accepts.map(readOffer).filter((offer) => offer !== undefined);
  const authenticate = headers.get("WWW-Authenticate") ?? "";
  const { hasAuthorization: authorizationTaken, method } = request;
  const lightning = readInvoiceOffers(authenticate, { now, authorizationTaken })[0] ?? null;
  const methods = new Set(parsePaymentChallenges(authenticate).map((challenge) => challenge.method));
  const resource = { ...asObject(required["resource"]), ...asObject(body["resource"]) };
  const [pricing, terms] = [asObject(body["pricing"]), readTerms(asObject(body["buys"]))];
  const mode = readMode(body["mode"], lightning, x402);
  return {
    title: asText(resource["serviceName"]) || url.pathname,
    description: asText(resource["description"]) || asText(accepts[0]?.["description"]),
    seller: url.host,
    mode,
    amount: readAmount(body, x402),
    msat: lightning?.amountMsat,
    terms,
    // Where one request is sold, the price has said it all.
    buys: /^p[ea][ry]-/.test(asText(pricing["model"])) ? "" : asText(body["pricingText"]),
    lightning,
    x402,
    otherMethods: [...methods].filter((name) => name !== "lightning"),
    method,
    resourceUrl: url.href,
    resourcePath: url.href,
    offerPath: url.href,
    ...readLinks(asObject(body["links"]), url, mode),
    // A top-up has its amount in its own address.
    choice: topUpOf(terms) === undefined ? readChoice(pricing, url.href) : undefined,
    problem: readProblem(body),
    secondsLeft: readSecondsLeft(body, lightning, now),
  };
}

/** v2, or v1 with its `maxAmountRequired`. */
function readOffer(offer: Fields): SlipX402 | undefined {
  const { scheme, network, asset, payTo } = offer;
  const amount = asText(offer["amount"] ?? offer["maxAmountRequired"]);
  if (typeof scheme !== "string" || typeof network !== "string" || !/^\d{1,78}$/.test(amount))
    return undefined;
  const assetName = asText(asObject(offer["extra"])["name"]);
  return { scheme, network, amount, asset: asText(asset), payTo: asText(payTo), assetName };
}

function readMode(mode: unknown, lightning: InvoiceOffer | null, x402: readonly SlipX402[]): Mode {
  if (mode === "test" || mode === "live") return mode;
  const networks = lightning === null ? x402.map(({ network }) => network) : [lightning.prefix];
  const test = networks.filter((name) => /^(tbs?|bcrt|eip155:84532)$|sepolia|devnet|testnet|fuji/.test(name));
  return test.length > 0 && test.length === networks.length ? "test" : "live";
}

/** Our own price, else what a dollar token says. */
function readAmount(body: Fields, x402: readonly SlipX402[]): bigint | undefined {
  const price = asObject(body["price"]);
  if (price["unit"] === "micro-usd") return readMicro(price["amount"]);
  return readMicro(x402.find((offer) => offer.scheme === "exact" && isDollar(offer))?.amount);
}

function readMicro(value: unknown): bigint | undefined {
  return typeof value === "string" && /^\d{1,18}$/.test(value) ? BigInt(value) : undefined;
}

function readTerms({ kind, uses, seconds, into }: Fields): Terms | undefined {
  if (kind === "use") return { kind };
  if (typeof seconds !== "number") return undefined;
  const rest = { seconds, ...(typeof into === "string" ? { into } : {}) };
  if (kind === "uses" && typeof uses === "number") return { kind, uses, ...rest };
  return kind === "pass" || kind === "balance" ? { kind, ...rest } : undefined;
}

function readChoice({ model, minimum, suggested, deposit }: Fields, action: string): Choice | undefined {
  const label = model === "metered" ? "deposit" : "price";
  const least = readMicro(model === "metered" ? deposit : minimum);
  if (least === undefined || (model !== "metered" && model !== "pay-what-you-want")) return undefined;
  return { action, fields: [], label, least, suggested: readMicro(suggested) };
}

/** Whichever ends first, quote or invoice. */
function readSecondsLeft(body: Fields, lightning: InvoiceOffer | null, now: number): number {
  const quote = Date.parse(asText(body["expires"])) / 1000 || Number.POSITIVE_INFINITY;
  return lightning === null ? 0 : Math.max(0, Math.floor(Math.min(quote, lightning.expiresAt) - now));
}

/** That something has to be paid is no refusal. */
function readProblem(body: Fields): PaywallChallenge["problem"] {
  const [code, title] = [asText(body["code"]), asText(body["title"])];
  if (code === "" || code === "payment_required" || title === "") return null;
  return { title, detail: asText(body["detail"]) };
}

/** What tells of a payment and trades it must be the server's own; the sandbox's wallet may live elsewhere. */
function readLinks(
  links: Fields,
  base: URL,
  mode: Mode,
): Pick<PaywallChallenge, "statusUrl" | "unlockUrl" | "sandboxPayUrl"> {
  const read = (name: string, own: boolean): string => {
    const link = toUrl(asText(links[name]), base);
    if (link === undefined || !/^https?:$/.test(link.protocol)) return "";
    return own && link.origin !== base.origin ? "" : link.href;
  };
  return {
    statusUrl: read("status", true),
    unlockUrl: read("unlock", true),
    sandboxPayUrl: mode === "test" ? read("sandboxPay", false) : "",
  };
}
