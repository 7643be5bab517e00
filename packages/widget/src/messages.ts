/** Every word of the payment page, so that a translation is one more object of this type. */
export interface PageMessages {
  readonly language: string;
  readonly by: string;
  readonly test: string;
  readonly testNote: string;
  readonly total: string;
  readonly payTest: string;
  readonly openWallet: string;
  readonly promise: string;
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
  readonly agentsPay: string;
  readonly agentsUse: string;
  readonly agentsX402: string;
  readonly agentsOffer: string;
  readonly creatorText: string;
  readonly stablecoinOnly: string;
  readonly calledWith: string;
  readonly states: Readonly<Record<PageState, string>>;
}

/** What the page says about itself, one at a time, in a live region. */
export type PageState =
  | "awaiting"
  | "paying"
  | "seen"
  | "unlocking"
  | "unlocked"
  | "waiting"
  | "expired"
  | "used"
  | "problem"
  | "offline";

export const english: PageMessages = {
  language: "en",
  by: "by",
  test: "TEST",
  testNote: "Test mode: no real money moves.",
  total: "Price",
  payTest: "Pay with the sandbox wallet",
  openWallet: "Open in a Lightning wallet",
  promise: "Your payment stays good until it is delivered.",
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
  agentsPay: "Let the sandbox wallet pay the invoice; it answers with the preimage.",
  agentsUse: "Repeat the request with the proof.",
  agentsX402: "Clients that speak x402 pay and repeat on their own.",
  agentsOffer: "The offer",
  creatorText: "Title and description are the creator's words.",
  stablecoinOnly: "This is paid with stablecoin by a client that speaks x402.",
  calledWith: "This endpoint is called by programs, with the method",
  states: {
    awaiting: "Waiting for your payment…",
    paying: "Paying with the sandbox wallet…",
    seen: "Your payment has arrived.",
    unlocking: "Paid. Opening what you bought…",
    unlocked: "Paid. It opens by itself; a file is being downloaded.",
    waiting: "Paid. The last step takes a moment; do not pay again.",
    expired: "This price has expired and can no longer be paid.",
    used: "This payment was already used. In the browser that paid, it still opens.",
    problem: "That did not work. You can try again.",
    offline: "You are offline. Nothing is lost: this page goes on as soon as the connection is back.",
  },
};
