import { PayingError } from "./paying-error.ts";

/** A paid request may be asked for again; it is never paid again. */
export interface PresentOptions {
  readonly send: () => Promise<Response>;
  readonly sleep: (seconds: number, signal?: AbortSignal | null) => Promise<void>;
  readonly signal: AbortSignal | null | undefined;
  readonly credential: readonly [name: string, value: string];
  readonly maxRetries: number;
  readonly onRetry: (status: number, afterSeconds: number) => void;
}

/** A server that is busy with this very payment, or whose upstream failed, says when to come back. */
const retryStatuses = new Set([409, 425, 429, 502, 503, 504]);
const maxWaitSeconds = 30;

/**
 * Sends the request with its credential until it is answered, `maxRetries` times at most.
 * @throws PayingError `paid_without_answer` where the network failed each time.
 */
export async function presentCredential(options: PresentOptions): Promise<Response> {
  const { send, signal, credential, maxRetries, onRetry } = options;
  for (let attempt = 0; ; attempt++) {
    const answer = await send().catch((cause: unknown) => new AttemptFailed(cause));
    const last = attempt >= maxRetries || signal?.aborted === true;
    const failed = answer instanceof AttemptFailed;
    if (failed && last) throw withoutAnswer("Paid, but no answer arrived", answer.cause, credential);
    const wait = failed ? 1 : retryDelay(answer);
    if (!failed && (wait === undefined || last)) return answer;
    onRetry(failed ? 0 : answer.status, wait ?? 1);
    if (!failed) await answer.body?.cancel();
    await options.sleep(wait ?? 1, signal).catch((cause: unknown) => {
      throw withoutAnswer("Stopped while waiting for the answer", cause, credential);
    });
  }
}

class AttemptFailed {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function withoutAnswer(message: string, cause: unknown, credential: readonly [string, string]): PayingError {
  return new PayingError("paid_without_answer", message, { cause, credential });
}

/** `Retry-After` in seconds or as a date; a 503 without one is asked again after a second. */
function retryDelay(answer: Response): number | undefined {
  if (!retryStatuses.has(answer.status)) return undefined;
  const value = answer.headers.get("retry-after");
  if (value === null) return answer.status === 503 ? 1 : undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? 1 : Math.min(Math.max(seconds, 0), maxWaitSeconds);
}
