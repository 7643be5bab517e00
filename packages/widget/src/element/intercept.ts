import { PaymentCancelledError } from "./payment-cancelled-error.ts";
import { paywallShow } from "./paywall-fetch.ts";
import type { PaywallFetchOptions } from "./paywall-fetch.ts";

/**
 * From now on clicks on `a[data-x402]` and submits of `form[data-x402]` ask in place, let the person pay, and show the
 * answer in a dialog. `data-x402="json"` sends a form's fields as JSON. Events come from the link or the form; who cancels
 * `x402:paid` takes the answer for itself.
 * @returns switches it off again
 */
export function enable(
  root: Document | ShadowRoot | HTMLElement = document,
  options: Omit<PaywallFetchOptions, "target"> = {},
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  root.addEventListener(
    "click",
    (event) => {
      if (event instanceof MouseEvent && isPlain(event)) follow(event, options);
    },
    { signal },
  );
  root.addEventListener(
    "submit",
    (event) => {
      if (event instanceof SubmitEvent && !event.defaultPrevented) send(event, options);
    },
    { signal },
  );
  return () => stop.abort();
}

/** What opens a tab or saves a file is left to the browser, and so is what another listener has dealt with. */
function isPlain(event: MouseEvent): boolean {
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return event.button === 0 && !modified && !event.defaultPrevented;
}

function follow(event: MouseEvent, options: PaywallFetchOptions): void {
  const [start] = event.composedPath();
  const link = start instanceof Element ? start.closest("a[data-x402]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.hasAttribute("download")) return;
  if (link.target !== "" && link.target !== "_self") return;
  event.preventDefault();
  ask(link, link.href, {}, options);
}

function send(event: SubmitEvent, options: PaywallFetchOptions): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-x402")) return;
  event.preventDefault();
  const [url, init] = formRequest(form, event.submitter);
  ask(form, url, init, options);
}

/** The request that the browser would send for a form. */
function formRequest(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
): readonly [url: string, RequestInit] {
  const fields = new FormData(form, submitter);
  const texts = [...fields].map(([name, value]) => [name, typeof value === "string" ? value : value.name]);
  // Not the properties: a field may be named "action".
  const read = (name: string) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const url = new URL(read("action"), document.baseURI);
  const method = read("method").toUpperCase();
  if (method !== "POST") {
    url.search = new URLSearchParams(texts).toString();
    return [url.href, {}];
  }
  if (form.dataset["x402"] === "json") {
    const headers = { "Content-Type": "application/json" };
    return [url.href, { method, headers, body: JSON.stringify(Object.fromEntries(texts)) }];
  }
  return [
    url.href,
    { method, body: read("enctype").startsWith("multipart") ? fields : new URLSearchParams(texts) },
  ];
}

function ask(target: HTMLElement, url: string, init: RequestInit, options: PaywallFetchOptions): void {
  if (target.ariaBusy === "true") return;
  target.ariaBusy = "true";
  paywallShow(url, init, { ...options, target })
    .catch((error: unknown) => {
      if (!(error instanceof PaymentCancelledError)) reportError(error);
    })
    .finally(() => {
      target.ariaBusy = "false";
    });
}
