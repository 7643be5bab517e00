import { PaywallError } from "@x402-paywall/core";
import { route } from "../../../../lib/http/route.ts";

/** What no other route matches: a problem document like every other refusal, instead of a page. */
const refuse = route(async () => {
  throw new PaywallError("not_found", { detail: "The API has no such path." });
});

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
