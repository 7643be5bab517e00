import type { Offer } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { MaybePromise } from "./maybe-async.ts";
import type { OfferRequest, Rail } from "./rail.ts";

/** A 402 with nothing to offer is to be answered within two seconds. */
export const DEFAULT_OFFER_TIMEOUT_MS = 1_500;

export interface OfferOptions {
  readonly rails: readonly Rail[];
  readonly timeoutMs: number;
  readonly onError: (rail: Rail, error: unknown) => void;
}

/**
 * Makes a quote payable on every rail of its endpoint, in parallel, each within the timeout. A rail that is away only
 * drops its own offers; the answer is there at once where no rail has to wait.
 * @throws PaywallError `rail_unavailable` where nothing could be offered, `rate_limited` where a rail has refused for that.
 */
export function makeOffers(request: OfferRequest, options: OfferOptions): MaybePromise<readonly Offer[]> {
  const { endpoint } = request;
  const rails = options.rails.filter(
    (rail) => rail.mode === endpoint.mode && endpoint.rails.includes(rail.id),
  );
  const refusals: PaywallError[] = [];
  const made = rails.map((rail) => askRail(rail, request, options, refusals));
  if (!made.some((offers) => offers instanceof Promise)) return checkOffers(made.flatMap(present), refusals);
  return Promise.all(made.map((offers) => Promise.resolve(offers))).then((offers) =>
    checkOffers(offers.flat(), refusals),
  );
}

function present(offers: MaybePromise<readonly Offer[]>): readonly Offer[] {
  return offers instanceof Promise ? [] : offers;
}

function checkOffers(offers: readonly Offer[], [refusal]: readonly PaywallError[]): readonly Offer[] {
  if (offers.length > 0) return offers;
  if (refusal !== undefined) throw refusal;
  throw new PaywallError("rail_unavailable", { detail: "No payment rail answered.", retryAfter: 5 });
}

const REFUSALS: ReadonlySet<string> = new Set(["rate_limited", "rail_unavailable"]);

/** @param refusals Takes what a rail refuses this client, which is no failure of the rail. */
function askRail(
  rail: Rail,
  request: OfferRequest,
  options: OfferOptions,
  refusals: PaywallError[],
): MaybePromise<readonly Offer[]> {
  const onError = (error: unknown): readonly Offer[] => {
    if (error instanceof PaywallError && REFUSALS.has(error.code)) refusals.push(error);
    else options.onError(rail, error);
    return [];
  };
  try {
    const offers = rail.offer(request);
    return offers instanceof Promise ? withTimeout(offers, options.timeoutMs).catch(onError) : offers;
  } catch (error) {
    return onError(error);
  }
}

/** Rejects after the time; the work itself goes on unheard. */
async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
