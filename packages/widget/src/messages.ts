import { describeDuration, describePrice } from "@x402-paywall/core";
import type { Price } from "@x402-paywall/core";

/** Every word of the payment page, so that a translation is one more object of this type. `{names}` are filled in. */
export interface PageMessages {
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly by: string;
  readonly test: string;
  readonly testNote: string;
  readonly total: string;
  /** In place of the price, for what goes on a balance. */
  readonly deposit: string;
  readonly payTest: string;
  readonly openWallet: string;
  readonly promise: string;
  readonly keptHere: string;
  readonly scan: string;
  readonly qrLabel: string;
  readonly invoice: string;
  readonly copy: string;
  readonly copied: string;
  readonly held: string;
  readonly iHavePaid: string;
  readonly noScript: string;
  readonly newPrice: string;
  readonly open: string;
  readonly agents: string;
  readonly agentsAsk: string;
  readonly agentsAmount: string;
  readonly agentsPay: string;
  readonly agentsUse: string;
  readonly agentsAgain: string;
  readonly agentsX402: string;
  readonly agentsOffer: string;
  readonly creatorText: string;
  readonly stablecoinOnly: string;
  readonly calledWith: string;
  readonly bought: BoughtMessages;
  readonly choose: ChooseMessages;
  readonly topUp: TopUpMessages;
  readonly states: Readonly<Record<PageState, string>>;
  /** `3 requests`. */
  readonly requests: (count: number) => string;
  /** `24 hours`. */
  readonly duration: (seconds: number) => string;
  /** `$2.00 per 1M output tokens`. */
  readonly price: (price: Price) => string;
}

/** Sentences that say what the amount buys. */
export interface BoughtMessages {
  readonly use: string;
  readonly uses: string;
  readonly pass: string;
  readonly passUses: string;
  readonly balance: string;
  readonly free: string;
  /** Fills `{span}`. */
  readonly until: string;
  /** Fills `{span}` where it is short. */
  readonly during: string;
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
  readonly addsBalance: string;
  readonly addsUses: string;
  readonly addsPass: string;
  readonly leftBalance: string;
  readonly leftUses: string;
  readonly leftPass: string;
  readonly agentsUse: string;
}

/** What the page says about itself, one at a time, in a live region. */
export type PageState =
  | "awaiting"
  | "choosing"
  | "paying"
  | "seen"
  | "unlocking"
  | "unlocked"
  | "toppedUp"
  | "waiting"
  | "expired"
  | "used"
  | "problem"
  | "offline";

export const english: PageMessages = {
  language: "en",
  direction: "ltr",
  by: "by",
  test: "TEST",
  testNote: "Test mode: no real money moves.",
  total: "Price",
  deposit: "Deposit",
  payTest: "Pay with the sandbox wallet",
  openWallet: "Open in a Lightning wallet",
  promise: "Your payment stays good until it is delivered.",
  keptHere: "What you buy is kept in this browser.",
  scan: "Or scan with a Lightning wallet",
  qrLabel: "QR code of the Lightning invoice below",
  invoice: "Lightning invoice",
  copy: "Copy",
  copied: "Copied",
  held: "Held for",
  iHavePaid: "I have paid",
  noScript: "This browser runs no scripts: pay the invoice, then press the button.",
  newPrice: "Get a new price",
  open: "Open it",
  agents: "Paying with an agent?",
  agentsAsk: "Ask for the price: the 402 answer carries every offer (x402, L402, MPP).",
  agentsAmount: "The header Paywall-Amount names the amount, in US dollars.",
  agentsPay: "Let the sandbox wallet pay the invoice; it answers with the preimage.",
  agentsUse: "Repeat the request with the proof.",
  agentsAgain:
    "The paid answer names an access token in Paywall-Access-Token: it pays for the next requests.",
  agentsX402: "Clients that speak x402 pay and repeat on their own.",
  agentsOffer: "The offer",
  creatorText: "Title and description are the creator's words.",
  stablecoinOnly: "This is paid with stablecoin by a client that speaks x402.",
  calledWith: "This endpoint is called by programs, with the method",
  bought: {
    use: "One request.",
    uses: "{requests}, valid {span}.",
    pass: "Everything at this price for {time}.",
    passUses: "Everything at this price for {time}, up to {requests}.",
    balance: "A balance to spend: {price}. What is left stays yours {span}.",
    free: "Free each day: {requests}.",
    until: "until {date}",
    during: "for {time}",
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
    addsBalance: "Adds to your balance, which then stays yours for at least {time}.",
    addsUses: "Adds {requests}, valid for at least {time}.",
    addsPass: "Adds {time} of access.",
    leftBalance: "Your balance is now {balance}.",
    leftUses: "Requests left: {uses}.",
    leftPass: "Your access ends {date}.",
    agentsUse: "Repeat the request with the proof: the answer says what the entitlement is worth now.",
  },
  states: {
    awaiting: "Waiting for your payment…",
    choosing: "Asking for the price of this amount…",
    paying: "Paying with the sandbox wallet…",
    seen: "Your payment has arrived.",
    unlocking: "Paid. Opening what you bought…",
    unlocked: "Paid. It opens by itself; a file is being downloaded.",
    toppedUp: "Topped up.",
    waiting: "Paid. The last step takes a moment; do not pay again.",
    expired: "This price has expired and can no longer be paid.",
    used: "This payment was already used. In the browser that paid, it still opens.",
    problem: "That did not work. You can try again.",
    offline: "You are offline. Nothing is lost: this page goes on as soon as the connection is back.",
  },
  requests: (count) => `${count.toLocaleString("en-US")} request${count === 1 ? "" : "s"}`,
  duration: describeDuration,
  price: describePrice,
};

/** Puts values into a message: `{name}` becomes `values.name`, what has no value stays. */
export function fill(message: string, values: Readonly<Record<string, string>>): string {
  return message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
