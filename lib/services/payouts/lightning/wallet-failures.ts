import { type FailureWords, listRights, otherNetwork, quoteNode } from "./failure-words.ts";

const newString =
  "In your wallet, make a new connection that may only receive (make_invoice and lookup_invoice, better also list_transactions and notifications), and paste its string.";

/** Over Nostr Wallet Connect. */
export const walletFailures: FailureWords = {
  unreachable: ({ address }) => ({
    title: `The relay ${address} cannot be reached.`,
    advice:
      "Without it nobody can ask the wallet. Make a new connection in your wallet, over a relay that is up.",
  }),
  timeout: () => ({
    title: "The wallet did not answer in time.",
    advice:
      "The relay is there, the wallet is not. Open it, or start its server. A wallet on a phone sells only while the phone is awake.",
  }),
  certificate: ({ address }) => ({
    title: `The relay ${address} has no valid certificate.`,
    advice: "Make a new connection in your wallet, over another relay.",
  }),
  unauthorized: () => ({ title: "The wallet does not know this connection any more.", advice: newString }),
  forbidden: () => ({ title: "This connection may not make and read invoices.", advice: newString }),
  "too-many-rights": (facts) => ({
    title: "This connection can do more than sell.",
    advice: `It also allows ${listRights(facts)}, so whoever gets hold of it gets more than your invoices. Remove it in your wallet. ${newString}`,
  }),
  unavailable: () => ({
    title: "The wallet is not ready.",
    advice: "It is locked, or still starting. Open it, and wait until it is ready.",
  }),
  refused: (facts) => ({
    title: "The wallet refused to make an invoice.",
    advice: `Open it to see why.${quoteNode(facts)}`,
  }),
  malformed: () => ({
    title: "The wallet answered something that Nostr Wallet Connect does not know.",
    advice: "Update the wallet, then make a new connection. If it goes on, use another wallet.",
  }),
  "wrong-network": (facts) => otherNetwork("This wallet", facts),
  "no-inbound": () => ({
    title: "This wallet cannot receive anything.",
    advice:
      "Its channels have no room on the other side. Open the wallet, and have it get inbound liquidity.",
  }),
};
