import type { MicroUsd } from "../money.ts";
import { BudgetLedger } from "./budget.ts";
import type { Budget, Reservation } from "./budget.ts";
import { readEvmOffers } from "./evm-offers.ts";
import { freezeRequest } from "./freeze-request.ts";
import { readLightningOffers } from "./lightning-offers.ts";
import type { CredentialHeader, PayableOffer, PayingContext, PayingWire } from "./payable-offer.ts";
import { PayingError } from "./paying-error.ts";
import { presentCredential } from "./present.ts";
import { readReceipts } from "./read-receipt.ts";
import type { AnswerReceipts } from "./read-receipt.ts";
import { sleep } from "./sleep.ts";
import { defaultTokens } from "./wallets.ts";
import type { DollarToken, EvmWallet, LightningWallet } from "./wallets.ts";

interface EventBase {
  readonly wire: PayingWire;
  readonly url: string;
  readonly amountUsd: MicroUsd;
}

/** What happens to the money, as it happens. */
export type PayingEvent =
  | (EventBase & { readonly type: "paying" })
  /** The money moved, or is promised. The credential is worth it: store it where a crash must not lose it. */
  | (EventBase & { readonly type: "paid"; readonly credential: CredentialHeader })
  | (EventBase & { readonly type: "retrying"; readonly status: number; readonly afterSeconds: number })
  | (EventBase & AnswerReceipts & { readonly type: "answered"; readonly status: number });

export interface PayingFetchOptions {
  readonly wallets: { readonly lightning?: LightningWallet; readonly evm?: EvmWallet };
  readonly budget: Budget;
  /** Millisatoshi that a dollar buys, from a source of yours; demanded with a Lightning wallet, so that budgets hold. */
  readonly rateMsatPerUsd?: bigint;
  /** Wires in order of preference; what is not named is not used. Default: x402, L402, MPP. */
  readonly prefer?: readonly PayingWire[];
  /** Dollar tokens that may be paid with. Default: USDC on Base and Base Sepolia. */
  readonly tokens?: readonly DollarToken[];
  readonly onEvent?: (event: PayingEvent) => void;
  /** Retries of a paid request. Default 5. */
  readonly maxRetries?: number;
  readonly fetch?: typeof fetch;
  /** Unix seconds. */
  readonly now?: () => number;
  readonly randomBytes?: (length: number) => Uint8Array;
  readonly sleep?: (seconds: number, signal?: AbortSignal | null) => Promise<void>;
}

/**
 * A `fetch` that pays: on a 402 it checks the offers of all three wires, sets the price aside, pays once and asks again
 * with the credential. The answer streams through untouched. A 402 that it cannot pay is returned as it is.
 *
 * ```ts
 * const payingFetch = createPayingFetch({
 *   wallets: { lightning: { payInvoice: (bolt11) => myNode.pay(bolt11) } },
 *   rateMsatPerUsd: 1_000_000n,
 *   budget: { perPaymentUsd: 50_000n, totalUsd: 1_000_000n },
 * });
 * const answer = await payingFetch("https://content.example/p/weather/today");
 * ```
 * Once a preimage or a signature exists, the amount counts as spent, whatever the server says.
 * @throws PayingError See its codes; what the underlying fetch throws before a payment is passed on.
 */
export function createPayingFetch(options: PayingFetchOptions): typeof fetch {
  const context = createContext(options);
  const ledger = new BudgetLedger(options.budget);
  const send = options.fetch ?? fetch;
  return async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = await freezeRequest(input, init);
    const plain = request.init();
    const first = await send(request.url, plain);
    if (first.status !== 402) return first;
    const offers = readOffers(first, request.hasAuthorization, context, options.prefer);
    const url = first.url === "" ? request.url : first.url;
    // Behind a redirect to another origin, our caller's own headers would go where they were not meant to.
    if (offers.length === 0 || (first.redirected && new URL(url).origin !== new URL(request.url).origin))
      return first;
    const { offer, reservation } = reserveFirst(offers, new URL(url).host, ledger);
    await first.body?.cancel();
    const base = { wire: offer.wire, url, amountUsd: offer.amountUsd };
    options.onEvent?.({ type: "paying", ...base });
    const credential = await offer.pay().catch((cause: unknown) => {
      // A PayingError of the offer itself says that the money is gone: it stays spent.
      if (cause instanceof PayingError) throw cause;
      reservation.release();
      throw new PayingError("payment_failed", "The wallet did not pay", { cause });
    });
    options.onEvent?.({ type: "paid", ...base, credential });
    const answer = await presentCredential({
      send: () => send(url, request.init(credential)),
      sleep: options.sleep ?? sleep,
      signal: plain.signal,
      credential,
      maxRetries: options.maxRetries ?? 5,
      onRetry: (status, afterSeconds) =>
        options.onEvent?.({ type: "retrying", ...base, status, afterSeconds }),
    });
    options.onEvent?.({ type: "answered", ...base, status: answer.status, ...readReceipts(answer) });
    return answer;
  };
}

function createContext(options: PayingFetchOptions): PayingContext {
  const { wallets, rateMsatPerUsd } = options;
  if (wallets.lightning && (rateMsatPerUsd === undefined || rateMsatPerUsd <= 0n)) {
    throw new TypeError("A Lightning wallet needs rateMsatPerUsd: without it no budget can hold");
  }
  return {
    lightning: wallets.lightning && { wallet: wallets.lightning, rateMsatPerUsd: rateMsatPerUsd ?? 1n },
    evm: wallets.evm && { wallet: wallets.evm, tokens: options.tokens ?? defaultTokens },
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    randomBytes: options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length))),
  };
}

function readOffers(
  response: Response,
  authorizationTaken: boolean,
  context: PayingContext,
  prefer: readonly PayingWire[] = ["x402", "l402", "mpp"],
): readonly PayableOffer[] {
  const offers = [
    ...readEvmOffers(response.headers.get("payment-required") ?? "", context),
    ...readLightningOffers(response.headers.get("www-authenticate") ?? "", context, authorizationTaken),
  ];
  return prefer.flatMap((wire) => offers.filter((offer) => offer.wire === wire));
}

/** The first offer, in order of preference, that fits into the budget. */
function reserveFirst(
  offers: readonly PayableOffer[],
  host: string,
  ledger: BudgetLedger,
): { readonly offer: PayableOffer; readonly reservation: Reservation } {
  const reasons: string[] = [];
  for (const offer of offers) {
    const reservation = ledger.reserve(host, offer.amountUsd);
    if (typeof reservation !== "string") return { offer, reservation };
    reasons.push(reservation);
  }
  throw new PayingError("budget_exceeded", [...new Set(reasons)].join("; "));
}
