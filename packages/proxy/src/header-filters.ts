import type { HeaderList } from "@x402-paywall/core";
import type { RequestHead, ResponseHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Target } from "./target.ts";

/** What crosses the paywall, each way: hop-by-hop fields, credentials, cookies and what only one side may say stay out. */
export interface HeaderFilters {
  /** For the upstream: the payer's that may pass, then `ours`, then the creator's own, which win; no name twice. */
  request(request: RequestHead, endpoint: Endpoint, ours: HeaderList): HeaderList;
  /** For the payer. @throws PaywallError where the answer must not be passed on, e.g. a redirect out of the base. */
  response(head: ResponseHead, endpoint: Endpoint, target: Target): HeaderList;
}
