import { PaywallError } from "@x402-paywall/core";

/** What an upstream's status means for the money: `charge`, or `pass` the answer on without charging. */
export type ChargeDecision = "charge" | "pass";

/**
 * 2xx and 3xx are what was paid for. 4xx is the upstream's answer about the request: passed on, nobody pays. The rest is
 * the upstream's failure; an application's own errors are its own to tell.
 * @throws PaywallError `upstream_401`, `upstream_402`, `upstream_error`, `upstream_invalid`; nobody pays.
 */
export function decideCharge(status: number, firstParty = false): ChargeDecision {
  if (firstParty && status >= 400 && status < 600) return "pass";
  // Both would be taken for an answer of this paywall, and ask the payer for somebody else's credential or money.
  if (status === 401) throw new PaywallError("upstream_401");
  if (status === 402) throw new PaywallError("upstream_402");
  if (status >= 200 && status < 400) return "charge";
  if (status >= 400 && status < 500) return "pass";
  if (status >= 500 && status < 600) throw new PaywallError("upstream_error", { retryAfter: 5 });
  throw new PaywallError("upstream_invalid", { detail: `The upstream answered with status ${status}.` });
}
