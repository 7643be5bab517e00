import { bakeLine } from "../../../query/bake-line.ts";
import { type FailureWords, listRights, otherNetwork, quoteNode } from "./failure-words.ts";

export const lndFailures: FailureWords = {
  unreachable: ({ address }) => ({
    title: `Nothing can be reached at ${address}.`,
    advice:
      "See that lnd runs and that this server may connect to its gRPC port: it listens on its own machine only, unless lnd.conf has rpclisten=0.0.0.0:10009. A node in a private network has to be allowed by this instance's operator (EGRESS_ALLOW).",
  }),
  timeout: ({ address }) => ({
    title: `${address} did not answer in time.`,
    advice:
      "A firewall may be in between, or the node is very busy. See that its gRPC port is open to this server.",
  }),
  certificate: () => ({
    title: "This is not the certificate of what answers there.",
    advice:
      "Paste the file tls.cert of this very node (in ~/.lnd, unless you moved it). If it was made for another name than the one that you connect to, add tlsextradomain= with that name to lnd.conf, delete tls.cert and tls.key, restart lnd and paste the new file. Leave the field empty only where a public authority signed it. If it is right, the port is not: gRPC is at 10009 unless you have changed it.",
    field: "certificate",
  }),
  unauthorized: () => ({
    title: "The node does not accept this macaroon.",
    advice:
      "It is of another node, was revoked, or is none of lnd's. Make a new one on this node, and paste the line that it prints:",
    command: bakeLine,
    field: "macaroon",
  }),
  forbidden: () => ({
    title: "This macaroon may not make and read invoices.",
    advice: "Make one that can, and nothing else, and paste the line that it prints:",
    command: bakeLine,
    field: "macaroon",
  }),
  "too-many-rights": (facts) => ({
    title: "This macaroon can do more than sell.",
    advice: `It also allows ${listRights(facts)}, so whoever gets hold of it gets more than your invoices. It was not sent to the node. Make one that can only sell, and paste the line that it prints:`,
    command: bakeLine,
    field: "macaroon",
  }),
  unavailable: () => ({
    title: "The node is locked, or still starting.",
    advice: "Unlock its wallet, and wait until lncli getinfo says that it is synced to the chain.",
    command: "lncli unlock",
  }),
  refused: (facts) => ({
    title: "The node refused to make an invoice.",
    advice: `Its log says why.${quoteNode(facts)}`,
  }),
  malformed: ({ address }) => ({
    title: `What answers at ${address} is not lnd's gRPC.`,
    advice:
      "Check the port: gRPC is at 10009 unless you have changed it. 8080 is REST, and 9735 is for other nodes.",
  }),
  "wrong-network": (facts) => otherNetwork("This node", facts),
  "no-inbound": () => ({
    title: "This node cannot receive anything.",
    advice:
      "All of the money in its channels is on your side, or it has no channel yet. Have somebody open a channel to you, buy inbound liquidity, or spend some first.",
  }),
};
