import { formatJwks } from "@x402-paywall/core";
import { findRail } from "@x402-paywall/proxy";
import { createHttpSend, nodeCrypto, requireUpstreamUrl } from "@x402-paywall/proxy/node";
import { checkNode } from "@x402-paywall/proxy/rails/lightning";
import { toPaidInvoice } from "@x402-paywall/proxy/rails/sandbox";
import { openBackend } from "../lightning/open-backend.ts";
import { getDataPlane } from "../paywall.ts";
import type { Env } from "../env.ts";
import type { Ports } from "./ports.ts";

/** For each call to a node that is tested: nobody waits for a 402 here. */
const CHECK_MS = 5_000;

/** The services' ports over this process's engine. */
export async function createPorts(): Promise<Ports> {
  const { env, egress, store, keys, signer, wallet, ledger, rates, rails, lightning } = await getDataPlane();
  const openChain = await loadChains(env);
  return {
    parseUpstreamUrl: (url) => requireUpstreamUrl(url, egress.policy),
    look: (url, options) => egress.inspect(url, options),
    payInvoice: (bolt11) => wallet.payInvoice(bolt11),
    recordPaid: async (payment, workspaceId) => {
      const now = Math.floor(Date.now() / 1000);
      await store.saveInvoice(toPaidInvoice(payment, { workspaceId, keys, now }));
      // The hosted ledger did not see the wallet pay.
      await ledger?.notePaid(payment);
    },
    findRail: (id, mode) => findRail(rails, id, mode),
    getJwks: () => formatJwks([signer]),
    getMsatPerUsd: (mode) => rates.get(mode)?.msatPerUsd,
    openChain,
    checkLightning: (connection) =>
      checkNode(connection, {
        reach: lightning.reach,
        open: openBackend,
        network: env.lightningNetwork,
        clock: Date.now,
        crypto: nodeCrypto,
        timeoutMs: CHECK_MS,
      }),
  };
}

/** Chains are read by the rail's SDK, which an instance without LIVE stablecoins never loads. */
async function loadChains({ stablecoin }: Env): Promise<Ports["openChain"]> {
  if (stablecoin === undefined)
    return () => {
      throw new Error("This instance has no stablecoin networks");
    };
  const { createEvmReader } = await import("@x402-paywall/proxy/rails/stablecoin");
  const { send } = createHttpSend();
  return (network) => createEvmReader(network, send);
}
