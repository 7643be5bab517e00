/**
 * The one browser file: `<script src="/w.js" async></script>`. Puts the API on `window.x402Paywall`; with the attribute
 * `data-intercept` on the script it starts to intercept links and forms by itself.
 */
import { enable, PaymentCancelledError, paywallFetch, paywallShow, X402Paywall } from "../src/browser.ts";

// It may be there twice.
if (!("x402Paywall" in globalThis)) {
  Reflect.set(globalThis, "x402Paywall", {
    enable,
    PaymentCancelledError,
    paywallFetch,
    paywallShow,
    X402Paywall,
  });
  if (document.querySelector("script[data-intercept]") !== null) enable();
}
