import {
  createRateSource,
  fixedRate,
  type HttpSend,
  type RateSource,
  SANDBOX_RATE,
} from "@x402-paywall/proxy";

export interface ExchangeRate extends RateSource {
  close(): void;
}

export interface ExchangeRateParts {
  readonly send: HttpSend;
  /** Whether anything can be paid for in LIVE Bitcoin: else no exchange is asked before somebody is quoted. */
  readonly isSelling: () => Promise<boolean>;
  readonly logError: (message: string, error: unknown) => void;
}

/** An instance that was just started has its rate with its first 402, unless the exchanges are slow. */
const START_MS = 1_000;

/**
 * TEST's exchange rate is fixed; LIVE's as well where `msatPerUsd` is set. Else exchanges are asked: each minute where
 * somebody sells, elsewhere when somebody is quoted in Bitcoin.
 */
export async function createExchangeRate(
  msatPerUsd: bigint | undefined,
  { send, isSelling, logError }: ExchangeRateParts,
): Promise<ExchangeRate> {
  if (msatPerUsd !== undefined) {
    const fixed = fixedRate(msatPerUsd);
    return { get: (mode) => (mode === "test" ? SANDBOX_RATE : fixed.get(mode)), close: () => {} };
  }
  const rates = createRateSource({
    send,
    clock: Date.now,
    onError: (error) => logError("no exchange rate", error),
  });
  const selling = isSelling().then(
    (yes) => {
      if (yes) rates.start();
      return yes ? rates.refresh() : undefined;
    },
    (error: unknown) => logError("nobody knows yet whether an exchange rate is needed", error),
  );
  await within(START_MS, selling);
  return rates;
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
