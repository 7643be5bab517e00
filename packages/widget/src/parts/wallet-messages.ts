/**
 * The words of paying with a browser's wallet. `{names}` are filled in: `{wallet}`, `{network}`, `{other}` (the network it is
 * on), `{amount}` and `{have}` (with the token's symbol), `{token}`, `{account}`, `{reason}` (the wallet's own words).
 */
export interface WalletMessages {
  /** A group of controls. */
  readonly title: string;
  /** What a wallet is called that does not say so. */
  readonly unnamed: string;
  readonly networks: string;
  readonly another: string;
  /** A network without a name. */
  readonly elsewhere: string;
  readonly phases: Readonly<Record<WalletPhase, string>>;
  readonly actions: Readonly<Record<WalletAction, string>>;
}

/** Where a person and their wallet are on the way to a signed payment. */
export type WalletPhase =
  | "none"
  | "noneLightning"
  | "choosing"
  | "connecting"
  | "notConnected"
  | "disconnected"
  /** A question is already open in the wallet. */
  | "pending"
  | "checking"
  | "network"
  | "switching"
  | "notSwitched"
  /** The wallet does not know the network, and nobody says where it is. */
  | "unknownNetwork"
  | "poor"
  | "allowance"
  | "allowing"
  | "confirming"
  | "notAllowed"
  | "ready"
  | "signing"
  | "rejected"
  /** The account is a contract. */
  | "contract"
  | "failed";

/** What the one button does. */
export type WalletAction = "look" | "connect" | "retry" | "switch" | "check" | "allow" | "pay" | "wait";

export const englishWallet: WalletMessages = {
  title: "Wallet",
  unnamed: "Browser wallet",
  networks: "Pay on",
  another: "Another wallet",
  elsewhere: "another network",
  phases: {
    none: "No wallet was found in this browser. Install one as an extension, or open this page in the browser of a wallet on your phone.",
    noneLightning:
      "No wallet was found in this browser. Install one as an extension, open this page in the browser of a wallet on your phone, or pay with Lightning.",
    choosing: "Choose the wallet to pay with.",
    connecting: "Confirm the connection in {wallet}…",
    notConnected: "The connection was refused in {wallet}. Nothing was charged.",
    disconnected: "{wallet} is no longer connected. Nothing was charged.",
    pending: "{wallet} already has a question open: answer it there, then try again.",
    checking: "Looking at the balance on {network}…",
    network: "{wallet} is on {other}; this is paid on {network}.",
    switching: "Confirm the switch to {network} in {wallet}…",
    notSwitched: "{wallet} stays on {other}. Nothing was charged; to pay, switch to {network}.",
    unknownNetwork: "{wallet} does not know {network}. Add the network there, then try again.",
    poor: "{account} has {have} on {network}, and {amount} are needed. Top it up, or choose another account.",
    allowance:
      "Once for {token}: let Permit2, the contract that moves it by your signature, do so. This costs the network's fee and pays nobody.",
    allowing: "Confirm the permission in {wallet}…",
    confirming: "The permission is on its way into a block…",
    notAllowed: "The permission was not given. Nothing was charged.",
    ready: "Ready: you sign a payment of {amount} on {network}. There is no fee.",
    signing: "Sign the payment in {wallet}…",
    rejected: "You did not sign in {wallet}. Nothing was charged; you can try again.",
    contract: "{account} is a contract, whose signatures cannot be taken here. Choose another account.",
    failed: "{wallet} could not do that. Nothing was charged. {reason}",
  },
  actions: {
    look: "Look for a wallet again",
    connect: "Connect {wallet}",
    retry: "Try again",
    switch: "Switch to {network}",
    check: "Look again",
    allow: "Allow once",
    pay: "Pay {amount}",
    wait: "Waiting for {wallet}…",
  },
};

/** In another language the page carries its own words. */
export function readWalletMessages(text: string): WalletMessages {
  if (text === "") return englishWallet;
  const messages: unknown = JSON.parse(text);
  return isMessages(messages) ? messages : englishWallet;
}

/** They were written by the page's own server, from this type. */
function isMessages(json: unknown): json is WalletMessages {
  return typeof json === "object" && json !== null && "phases" in json && "actions" in json;
}
