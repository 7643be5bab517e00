import { englishElement } from "./element-messages.ts";
import type { ElementMessages } from "./element-messages.ts";
import { failureHtml } from "./failure-html.ts";
import { toPaidRequest } from "./paid-request.ts";
import { openDialog } from "./pay-dialog.ts";
import { PaymentCancelledError } from "./payment-cancelled-error.ts";
import { Purchase } from "./purchase.ts";
import { pagePurchases } from "./purchases.ts";
import { setHtml } from "./set-html.ts";

export interface PaywallFetchOptions {
  /** Where the events are dispatched. Default: the dialog, from which they bubble to the document. */
  readonly target?: EventTarget;
  /** Default: English. */
  readonly messages?: ElementMessages;
}

/**
 * Like `fetch`; on a 402 it lets the person pay in a dialog, repeats the request with the credential and resolves with the
 * paid answer, whose body is not touched: a stream streams. What is no 402 is passed on as it is.
 *
 * ```ts
 * const answer = await paywallFetch("https://content.example/p/weather/today");
 * console.log(await answer.json());
 * ```
 * @throws PaymentCancelledError Closed by the person. The signal's reason when it is aborted; what `fetch` throws when the
 * first request fails; PayingError `body_not_repeatable` for a body that is a stream.
 */
export function paywallFetch(
  input: RequestInfo | URL,
  init: RequestInit = {},
  options: PaywallFetchOptions = {},
): Promise<Response> {
  return buy(input, init, options, false);
}

/**
 * Like {@link paywallFetch}, for a person who wants to see it: the answer is shown in the dialog, unless a listener cancels
 * `x402:paid`. Resolves at the end of the answer.
 */
export async function paywallShow(
  input: RequestInfo | URL,
  init: RequestInit = {},
  options: PaywallFetchOptions = {},
): Promise<void> {
  await buy(input, init, options, true);
}

async function buy(
  input: RequestInfo | URL,
  init: RequestInit,
  { messages = englishElement, target }: PaywallFetchOptions,
  shows: boolean,
): Promise<Response> {
  const request = await toPaidRequest(input, init);
  const closed = new AbortController();
  const { signal } = request.frozen.init();
  let showing = false;
  const dialog = openDialog({
    messages,
    mayClose: () => showing || !purchase.isBusy,
    onClose: () => closed.abort(new PaymentCancelledError(purchase.hasPaid)),
  });
  const stage = {
    ...dialog,
    ...(target && { target }),
    messages,
    canCancel: false,
    keeps: false,
    signal: signal ? AbortSignal.any([closed.signal, signal]) : closed.signal,
    cancel: dialog.close,
  };
  const purchase = new Purchase(request, stage, pagePurchases());
  try {
    const paid = await purchase.run();
    showing = shows && !paid.isTaken;
    const topUp = async (url: string) => (await paywallFetch(url, {}, { messages })).ok;
    if (showing) await purchase.show(paid, topUp);
    else dialog.close();
    return paid.answer;
  } catch (error) {
    if (shows && !stage.signal.aborted) {
      setHtml(dialog.place, failureHtml(error, messages, false));
      showing = true;
      dialog.open();
    } else dialog.close();
    throw error;
  }
}
