import { describeDuration, describePrice } from "@x402-paywall/core";
import type { Price } from "@x402-paywall/core";
import { englishSlip } from "../parts/messages.ts";
import type { SlipMessages, SlipState, TopUpMessages } from "../parts/messages.ts";
import { englishWallet } from "../parts/wallet-messages.ts";
import type { WalletMessages } from "../parts/wallet-messages.ts";

/** Every word of the payment page: the slip's, and what stands around it. */
export interface PageMessages extends SlipMessages {
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly states: Readonly<Record<PageState, string>>;
  readonly iHavePaid: string;
  readonly noScript: string;
  readonly open: string;
  readonly agents: string;
  readonly agentsAsk: string;
  readonly agentsAmount: string;
  readonly agentsPay: string;
  readonly agentsUse: string;
  readonly agentsAgain: string;
  readonly agentsOffer: string;
  readonly creatorText: string;
  /** Fills `{token}`. */
  readonly payWallet: string;
  /** In place of `x402.how`, where a wallet of the browser can pay too. */
  readonly agentsX402: string;
  /** While a wallet's signed payment is settled, and where its outcome is not known yet. */
  readonly settling: string;
  readonly unsettled: string;
  readonly wallet: WalletMessages;
  /** A payment that arrived after its price had ended. */
  readonly late: string;
  /** In place of the state `awaiting`, after a new quote. */
  readonly renewed: string;
  readonly payWebLn: string;
  readonly webLn: WebLnMessages;
  readonly program: ProgramMessages;
  readonly calledWith: string;
  readonly bought: BoughtMessages;
  readonly topUp: PageTopUpMessages;
  /** `3 requests`. */
  readonly requests: (count: number) => string;
  /** `24 hours`. */
  readonly duration: (seconds: number) => string;
  /** `$2.00 per 1M output tokens`. */
  readonly price: (price: Price) => string;
}

/** How a wallet that the browser has as `window.webln` ends. */
export interface WebLnMessages {
  /** It says that it has paid, and shows no proof. */
  readonly arriving: string;
  readonly rejected: string;
  /** Fills `{reason}` with the wallet's own words. */
  readonly failed: string;
  readonly silent: string;
}

/** A credential that is paid for here and used by a program. */
export interface ProgramMessages {
  readonly choose: string;
  readonly note: string;
  /** In place of the state `unlocking`. */
  readonly paid: string;
  readonly header: string;
  readonly command: string;
  /** What one request costs, and what buys more than one. */
  readonly once: string;
  readonly more: string;
  readonly openHere: string;
  readonly another: string;
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

export interface PageTopUpMessages extends TopUpMessages {
  readonly addsBalance: string;
  readonly addsUses: string;
  readonly addsPass: string;
  readonly leftBalance: string;
  readonly leftUses: string;
  readonly leftPass: string;
  readonly agentsUse: string;
}

/** What the page says about itself, one at a time, in a live region. */
export type PageState = SlipState | "unlocked" | "toppedUp" | "handedOut";

export const english: PageMessages = {
  ...englishSlip,
  language: "en",
  direction: "ltr",
  states: {
    ...englishSlip.states,
    unlocked: "Paid. It opens by itself; a file is being downloaded.",
    toppedUp: "Topped up.",
    handedOut: "Paid. What your program sends is below.",
  },
  iHavePaid: "I have paid",
  noScript: "This browser runs no scripts: pay the invoice, then press the button.",
  agents: "Paying with an agent?",
  agentsAsk: "Ask for the price: the 402 answer carries every offer (x402, L402, MPP).",
  agentsAmount: "The header Paywall-Amount names the amount, in US dollars.",
  agentsPay: "Let the sandbox wallet pay the invoice; it answers with the preimage.",
  agentsUse: "Repeat the request with the proof.",
  agentsAgain:
    "The paid answer names an access token in Paywall-Access-Token: it pays for the next requests.",
  agentsOffer: "The offer",
  payWallet: "Pay with a wallet ({token})",
  agentsX402: "An agent that speaks x402 pays this by itself, at the same address.",
  settling: "Signed. The payment is being settled…",
  unsettled:
    "The payment is not settled for certain yet. It is asked about by itself; you do not have to sign again.",
  wallet: englishWallet,
  late: "Paid after this price had ended. It counts: opening what you bought…",
  renewed: "Waiting for your payment. The invoice is a new one; the one before still counts.",
  payWebLn: "Pay with this browser's wallet",
  webLn: {
    arriving: "Your wallet has paid. Waiting for the payment to arrive…",
    rejected: "You did not confirm it in your wallet. Nothing was paid; you can try again.",
    failed: "Your wallet did not pay. {reason} If it has paid after all, this page notices.",
    silent: "Your wallet did not answer. If it has paid after all, this page notices.",
  },
  program: {
    choose: "I pay here and use it in a program",
    note: "Nothing opens here then: once it is paid, this page shows the finished Authorization header. For wallets that hide the preimage.",
    paid: "Paid. Making what your program sends…",
    header: "Authorization header",
    command: "As a command",
    once: "Good for one request, to this address. Whoever has it can use it.",
    more: "Good until what you bought is used up or ends. Whoever has it can use it.",
    openHere: "Open it here",
    another: "Buy another",
  },
  creatorText: "Title and description are the creator's words.",
  calledWith: "This endpoint is called by programs, with the method",
  open: "Open it",
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
  topUp: {
    ...englishSlip.topUp,
    addsBalance: "Adds to your balance, which then stays yours for at least {time}.",
    addsUses: "Adds {requests}, valid for at least {time}.",
    addsPass: "Adds {time} of access.",
    leftBalance: "Your balance is now {balance}.",
    leftUses: "Requests left: {uses}.",
    leftPass: "Your access ends {date}.",
    agentsUse: "Repeat the request with the proof: the answer says what the entitlement is worth now.",
  },
  requests: (count) => `${count.toLocaleString("en-US")} request${count === 1 ? "" : "s"}`,
  duration: describeDuration,
  price: describePrice,
};
