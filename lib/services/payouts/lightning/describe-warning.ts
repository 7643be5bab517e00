import type { NodeWarning } from "@x402-paywall/proxy/rails/lightning";
import type { LightningKindDto } from "../../../query/payout-dto.ts";

type Words = Readonly<Record<LightningKindDto, string>>;

const words: Readonly<Record<NodeWarning, Words>> = {
  "inbound-low": {
    lnd: "The node can receive very little now: it has no channel, or nearly all the money in its channels is on your side. Payments above that fail until somebody opens a channel to you, or you spend some.",
    nwc: "The wallet can receive very little now. Payments above that fail until it gets inbound liquidity.",
    phoenixd:
      "phoenixd has no channel with room yet. It opens one out of what is paid to it and takes the fee from that, so small first payments are kept as a credit for the fee.",
  },
  "inbound-unknown": {
    lnd: "Whether the node can receive could not be seen: the macaroon may not read it. Add uri:/lnrpc.Lightning/ChannelBalance to it, or see yourself that the node has inbound liquidity.",
    nwc: "The wallet does not tell how much it can receive. Have a small invoice of it paid once before you sell.",
    phoenixd:
      "phoenixd does not tell how much it can receive. Have a small invoice of it paid once before you sell.",
  },
  "spending-unknown": {
    lnd: "Whether the macaroon can spend could not be told. See that it can only make and read invoices.",
    nwc: "The wallet does not tell what this connection may do. See in the wallet that it may only receive.",
    phoenixd:
      "Whether this password can spend could not be told. See that it is http-password-limited-access: the other one can.",
  },
};

/** What is to be confirmed about a node that works, in words. */
export function describeWarning(kind: LightningKindDto, warning: NodeWarning): string {
  return words[warning][kind];
}
