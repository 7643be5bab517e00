import { fromBase64Url, toBase64Url } from "../base64.ts";
import { equalBytes, utf8 } from "../bytes.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Hmac } from "../crypto.ts";
import { currentHmac } from "../keys.ts";
import type { KeyRing } from "../keys.ts";
import { formatQuote, parseQuote } from "../quote.ts";
import type { Quote } from "../quote.ts";
import type { PaymentRequirements } from "./x402.ts";

const sealBytes = 16;

/**
 * Adds `extra.quote` and `extra.seal` (base64url, 16 bytes of HMAC over everything but the seal), so that requirements
 * that a client sends back can be told from invented ones without a row.
 */
export function sealRequirements(
  requirements: PaymentRequirements,
  quote: Quote,
  keys: KeyRing,
): PaymentRequirements {
  const text = formatQuote(quote);
  const [before, after] = frameOf(requirements);
  const seal = authenticate(`${before}"quote":"${text}"${after}`, currentHmac(keys, "seal"));
  return { ...requirements, extra: { ...requirements.extra, quote: text, seal: toBase64Url(seal) } };
}

const frames = new WeakMap<PaymentRequirements, readonly [before: string, after: string]>();

/**
 * The canonical text around the quote: rails offer the same object to many requests. The cut is safe, because a string
 * inside of JSON cannot hold `"quote":` with bare quotation marks; nor can the printable form of a quote need escapes.
 */
function frameOf(requirements: PaymentRequirements): readonly [before: string, after: string] {
  const known = frames.get(requirements);
  if (known !== undefined) return known;
  const text = sealedText({ ...requirements, extra: { ...requirements.extra, quote: "" } });
  const [before = "", after = ""] = text.split('"quote":""');
  const frame = [before, after] as const;
  frames.set(requirements, frame);
  return frame;
}

export interface OpenedRequirements {
  readonly quote: Quote;
  /** As they were before the seal: comparable with a fresh offer. */
  readonly requirements: PaymentRequirements;
}

/** What we sealed, or `undefined` where anything was changed. Constant time, every key of the ring. */
export function openRequirements(
  accepted: PaymentRequirements,
  keys: KeyRing,
): OpenedRequirements | undefined {
  const { seal, ...extra } = accepted.extra;
  const { quote: quoteText, ...original } = extra;
  const claimed = fromBase64Url(seal ?? "");
  if (claimed?.length !== sealBytes || quoteText === undefined) return undefined;
  const text = sealedText({ ...accepted, extra });
  if (!keys.hmacs("seal").some((hmac) => equalBytes(authenticate(text, hmac), claimed))) return undefined;
  const quote = parseQuote(quoteText);
  return quote && { quote, requirements: { ...accepted, extra: original } };
}

/** What a seal vouches for. */
function sealedText(requirements: PaymentRequirements): string {
  const { scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra } = requirements;
  return canonicalJson({ scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra });
}

function authenticate(text: string, hmac: Hmac): Uint8Array {
  return hmac(utf8(text)).slice(0, sealBytes);
}
