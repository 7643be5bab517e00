import {
  createKeyRing,
  formatL402Challenge,
  hashBinding,
  mintL402,
  newId,
  parseL402Credential,
  parsePaymentRequired,
  toHex,
  verifyL402,
} from "@x402-paywall/core";
import type { Quote } from "@x402-paywall/core";
import { createPayingFetch } from "@x402-paywall/core/client";
import { webCrypto } from "@x402-paywall/proxy/web";

/** In workerd, without compatibility flags: mints a token for a made-up payment and verifies it; parses a 402. */
export default {
  async fetch(request: Request): Promise<Response> {
    const crypto = webCrypto;
    const now = Math.floor(Date.now() / 1000);
    const keys = createKeyRing([crypto.randomBytes(32)], crypto);
    const path = "/today";
    const quote: Quote = {
      id: newId("", crypto),
      mode: "test",
      endpointId: "ep_weather",
      routeId: null,
      priceVersion: 1,
      amount: 10_000n,
      terms: { kind: "use" },
      rate: { msatPerUsd: 1_000_000n, asOf: 0 },
      bindingHash: hashBinding({ endpointId: "ep_weather", method: "GET", path }, crypto),
      issuedAt: now,
      expiresAt: now + 60,
    };
    const preimage = crypto.randomBytes(32);
    const paymentHash = toHex(crypto.sha256(preimage));
    const token = mintL402({ quote, paymentHash, slug: "weather", keys, crypto });
    const verify = (text: string): string => {
      const credential = parseL402Credential(text);
      if (credential === undefined) return "unread";
      const verified = verifyL402(credential, { keys, crypto, now, slug: "weather", method: "GET", path });
      return verified.ok ? verified.quote.id : verified.code;
    };
    const { required }: { readonly required: string } = await request.json();
    return Response.json({
      hasQuote: verify(`L402 ${token}:${toHex(preimage)}`) === quote.id,
      wrongPreimage: verify(`L402 ${token}:${"00".repeat(32)}`),
      challenge: formatL402Challenge({ token, bolt11: "lnbcrt1" }).slice(0, 15),
      x402: parsePaymentRequired(required)?.accepts[0]?.amount,
      client: typeof createPayingFetch({ wallets: {}, budget: {} }),
    });
  },
};
