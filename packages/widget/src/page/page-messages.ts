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
export type PageState = SlipState | "unlocked" | "toppedUp";

export const english: PageMessages = {
  ...englishSlip,
  language: "en",
  direction: "ltr",
  states: {
    ...englishSlip.states,
    unlocked: "Paid. It opens by itself; a file is being downloaded.",
    toppedUp: "Topped up.",
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
