/** The words of a slip, so that a translation is one more object of this type. `{names}` are filled in. */
export interface SlipMessages {
  /** Before whoever is paid. */
  readonly by: string;
  readonly test: string;
  readonly testNote: string;
  readonly total: string;
  /** In place of the price, for what goes on a balance. */
  readonly deposit: string;
  readonly payTest: string;
  /** In place of the state `paying`, while a wallet of the browser asks. */
  readonly payingWallet: string;
  readonly openWallet: string;
  readonly promise: string;
  readonly keptHere: string;
  /** In place of the promise, for a server that does not say whether an invoice was paid. */
  readonly proofNote: string;
  readonly scan: string;
  readonly qrLabel: string;
  readonly invoice: string;
  readonly copy: string;
  readonly copied: string;
  readonly held: string;
  readonly newPrice: string;
  readonly stablecoinOnly: string;
  readonly x402: X402Messages;
  readonly choose: ChooseMessages;
  readonly topUp: TopUpMessages;
  readonly states: Readonly<Record<SlipState, string>>;
}

/** Offers of wires that a browser alone cannot pay. */
export interface X402Messages {
  readonly title: string;
  readonly upTo: string;
  readonly to: string;
  readonly how: string;
  readonly other: string;
}

export interface ChooseMessages {
  readonly price: string;
  readonly deposit: string;
  readonly topUp: string;
  readonly set: string;
  readonly least: string;
  /** Where only the server knows the least. */
  readonly above: string;
  readonly suggested: string;
}

export interface TopUpMessages {
  readonly balance: string;
  readonly uses: string;
  readonly pass: string;
  readonly of: string;
}

/** What the page says about itself, one at a time, in a live region. */
export type SlipState =
  | "awaiting"
  | "choosing"
  | "paying"
  | "seen"
  | "unlocking"
  | "waiting"
  | "expired"
  | "used"
  /** Paid, and the service failed: the payment can be shown again. */
  | "failed"
  | "problem"
  | "offline"
  /** What could say whether it is paid does not answer. */
  | "away";

export const englishSlip: SlipMessages = {
  by: "by",
  test: "TEST",
  testNote: "Test mode: no real money moves.",
  total: "Price",
  deposit: "Deposit",
  payTest: "Pay with the sandbox wallet",
  payingWallet: "Confirm the payment in your wallet…",
  openWallet: "Open in a Lightning wallet",
  promise: "Your payment stays good until it is delivered.",
  keptHere: "What you buy is kept in this browser.",
  proofNote: "Pay in a wallet that shows the proof of payment (preimage).",
  scan: "Or scan with a Lightning wallet",
  qrLabel: "QR code of the Lightning invoice below",
  invoice: "Lightning invoice",
  copy: "Copy",
  copied: "Copied",
  held: "Held for",
  newPrice: "Get a new price",
  stablecoinOnly: "This is paid with stablecoin by a client that speaks x402.",
  x402: {
    title: "Stablecoin, over x402",
    upTo: "up to",
    to: "to",
    how: "An agent that speaks x402 pays this by itself, at the same address. A wallet in the browser cannot pay here.",
    other: "Also offered, and not payable here:",
  },
  choose: {
    price: "Pay what you want, in US dollars",
    deposit: "Put on the balance, in US dollars",
    topUp: "Add to the balance, in US dollars",
    set: "Set",
    least: "At least {amount}.",
    above: "Write an amount above $0.",
    suggested: "Suggested: {amount}.",
  },
  topUp: {
    balance: "Top up your balance",
    uses: "Buy more requests",
    pass: "Prolong your access",
    of: "for",
  },
  states: {
    awaiting: "Waiting for your payment…",
    choosing: "Asking for the price…",
    paying: "Paying with the sandbox wallet…",
    seen: "Your payment has arrived.",
    unlocking: "Paid. Opening what you bought…",
    waiting: "Paid. The last step takes a moment; do not pay again.",
    expired: "This price has expired and can no longer be paid.",
    used: "This payment was already used. In the browser that paid, it still opens.",
    failed: "Your payment is kept: you can try again.",
    problem: "That did not work. You can try again.",
    offline: "You are offline. Nothing is lost: it goes on when the connection is back.",
    away: "The seller's node does not answer. Nothing is lost: it goes on when it is back.",
  },
};

/** Puts values into a message: `{name}` becomes `values.name`, what has no value stays. */
export function fill(message: string, values: Readonly<Record<string, string>>): string {
  return message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
