import { formatJwks } from "@x402-paywall/core";
import { findRail } from "@x402-paywall/proxy";
import { requireUpstreamUrl } from "@x402-paywall/proxy/node";
import { getDataPlane } from "../paywall.ts";
import type { Ports } from "./ports.ts";

/** The services' ports over this process's engine. */
export async function createPorts(): Promise<Ports> {
  const { egress, store, signer, wallet, ledger, rates, rails } = await getDataPlane();
  return {
    parseUpstreamUrl: (url) => requireUpstreamUrl(url, egress.policy),
    look: (url, options) => egress.inspect(url, options),
    payInvoice: (bolt11) => wallet.payInvoice(bolt11),
    saveInvoice: async (invoice) => {
      await store.saveInvoice(invoice);
      // The hosted ledger did not see the wallet pay.
      if (invoice.preimage !== null) await ledger?.notePaid(invoice);
    },
    findRail: (id, mode) => findRail(rails, id, mode),
    getJwks: () => formatJwks([signer]),
    getMsatPerUsd: () => rates.get()?.msatPerUsd,
  };
}
