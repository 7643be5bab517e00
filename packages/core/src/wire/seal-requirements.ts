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
  const extra = { ...requirements.extra, quote: formatQuote(quote) };
  const quoted = { ...requirements, extra };
  return {
    ...quoted,
    extra: { ...extra, seal: toBase64Url(computeSeal(quoted, currentHmac(keys, "seal"))) },
  };
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
  const quoted = { ...accepted, extra };
  if (!keys.hmacs("seal").some((hmac) => equalBytes(computeSeal(quoted, hmac), claimed))) return undefined;
  const quote = parseQuote(quoteText);
  return quote && { quote, requirements: { ...accepted, extra: original } };
}

function computeSeal(requirements: PaymentRequirements, hmac: Hmac): Uint8Array {
  const { scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra } = requirements;
  const text = canonicalJson({ scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra });
  return hmac(utf8(text)).slice(0, sealBytes);
}
