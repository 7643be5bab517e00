import { formatJwks } from "@x402-paywall/core";
import { requireUpstreamUrl } from "@x402-paywall/proxy/node";
import { getDataPlane } from "../paywall.ts";
import type { Ports } from "./ports.ts";

/** The services' ports over this process's engine. */
export async function createPorts(): Promise<Ports> {
  const { egress, store, signer, wallet, rates } = await getDataPlane();
  return {
    parseUpstreamUrl: (url) => requireUpstreamUrl(url, egress.policy),
    look: (url, options) => egress.inspect(url, options),
    payInvoice: (bolt11) => wallet.payInvoice(bolt11),
    saveInvoice: (invoice) => store.saveInvoice(invoice),
    getJwks: () => formatJwks([signer]),
    getMsatPerUsd: () => rates.get()?.msatPerUsd,
  };
}
