import type { Check } from "../check.ts";
import { accessChecks } from "./access.ts";
import { authenticateChecks } from "./authenticate.ts";
import { credentialChecks } from "./credentials.ts";
import { httpChecks } from "./http.ts";
import { l402Checks } from "./l402.ts";
import { mppChecks } from "./mpp.ts";
import { paidChecks } from "./paid.ts";
import { statusChecks } from "./status.ts";
import { x402Checks } from "./x402.ts";

/** All that `doctor` looks at, by topic, in the order in which it is told. */
export const topics: readonly { readonly topic: string; readonly checks: readonly Check[] }[] = [
  { topic: "The 402", checks: statusChecks },
  { topic: "x402", checks: x402Checks },
  { topic: "WWW-Authenticate", checks: authenticateChecks },
  { topic: "L402", checks: l402Checks },
  { topic: "MPP", checks: mppChecks },
  { topic: "HTTP", checks: httpChecks },
  { topic: "Credentials that nobody paid for", checks: credentialChecks },
  { topic: "Ways around the price", checks: accessChecks },
  { topic: "After a payment", checks: paidChecks },
];
