import { type PaymentReceipt, parsePaymentReceipt } from "@x402-paywall/core";
import { CliError } from "../cli-error.ts";
import { codeOf } from "../network-error.ts";

export interface Streamed {
  readonly bytes: number;
  /** What a metered event stream says at its end of what it cost. */
  readonly receipt: PaymentReceipt | undefined;
}

const emptyIterator: AsyncIterator<Uint8Array> = {
  next: async () => ({ done: true, value: undefined }),
};

/** A receipt is at the very end: so much of it is kept. */
const TAIL_BYTES = 16_384;

/**
 * Passes a body on chunk by chunk, as it arrives.
 * @throws CliError `paid_without_answer` or `unreachable` where it breaks off; Stop
 */
export async function streamAnswer(
  response: Response,
  write: (chunk: Uint8Array) => Promise<void>,
  options: { readonly signal: AbortSignal; readonly wasPaid: boolean },
): Promise<Streamed> {
  const isEvents = (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
  let bytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  const chunks = response.body?.[Symbol.asyncIterator]() ?? emptyIterator;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a stream is read in order
    const { done, value } = await chunks.next().catch((error: unknown) => {
      options.signal.throwIfAborted();
      throw brokenOff(bytes, options.wasPaid, error);
    });
    if (done === true) break;
    bytes += value.length;
    if (isEvents) tail = Buffer.concat([tail, value]).subarray(-TAIL_BYTES);
    // oxlint-disable-next-line no-await-in-loop -- who cannot take more is waited for
    await write(value);
  }
  return { bytes, receipt: isEvents ? readTail(tail.toString()) : undefined };
}

function brokenOff(bytes: number, wasPaid: boolean, cause: unknown): CliError {
  const code = codeOf(cause);
  return new CliError(
    wasPaid ? "paid_without_answer" : "unreachable",
    `The answer broke off after ${bytes} bytes${code === "" ? "" : ` (${code})`}.`,
    wasPaid ? "The receipt says what was charged; ask the server's operator." : "Try again.",
    { cause },
  );
}

/** As a comment, or as an event where the payer sent `Accept-Payment`. */
function readTail(text: string): PaymentReceipt | undefined {
  const [, last = ""] =
    [...text.matchAll(/^(?:: payment-receipt |event: payment-receipt\r?\ndata: )(\S+)/gm)].at(-1) ?? [];
  return last === "" ? undefined : parsePaymentReceipt(last);
}
