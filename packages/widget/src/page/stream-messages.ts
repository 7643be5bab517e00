import { describePrice } from "@x402-paywall/core";
import type { Price } from "@x402-paywall/core";

/** Every word of the stream's page. `{names}` are filled in. */
export interface StreamMessages {
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly by: string;
  readonly test: string;
  readonly testNote: string;
  readonly stop: string;
  readonly start: string;
  readonly startAgain: string;
  readonly copy: string;
  readonly copied: string;
  readonly answer: string;
  readonly choice: string;
  readonly chargedAgain: string;
  readonly topUpTitle: string;
  readonly topUpAgain: string;
  readonly topUpFrame: string;
  readonly topUpNote: string;
  readonly payAgain: string;
  readonly receipt: string;
  readonly noScript: string;
  readonly raw: string;
  readonly creatorText: string;
  readonly meter: {
    readonly balance: string;
    readonly usesLeft: string;
    readonly openUntil: string;
    /** While it runs: an upper bound, because money is reserved ahead. */
    readonly reserved: string;
    readonly reservedNote: string;
    readonly cost: string;
  };
  readonly states: Readonly<Record<StreamState, string>>;
  readonly price: (price: Price) => string;
}

/** What the page says about the stream, one at a time, in a live region. */
export type StreamState =
  | "ready"
  | "starting"
  | "streaming"
  | "waiting"
  | "resumed"
  | "stopped"
  | "ended"
  | "timeout"
  | "timeoutCharged"
  | "toppedUp"
  | "payment"
  | "broken"
  | "offline"
  | "upstream"
  | "problem";

export const englishStream: StreamMessages = {
  language: "en",
  direction: "ltr",
  by: "by",
  test: "TEST",
  testNote: "Test mode: no real money moves.",
  stop: "Stop",
  start: "Start",
  startAgain: "Start again",
  copy: "Copy the text",
  copied: "Copied",
  answer: "Answer",
  choice: "Answer {number}",
  chargedAgain: "Each start is a new request, and is charged as one.",
  topUpTitle: "The balance is used up. Top up to go on",
  topUpAgain: "Top up to go on",
  topUpFrame: "Top up",
  topUpNote: "What you have read stays here. The stream waits for about a minute.",
  payAgain: "Reload and pay",
  receipt: "Receipt of this answer",
  noScript: "This browser runs no scripts, so the text cannot be shown as it arrives.",
  raw: "Open the stream itself",
  creatorText: "The text comes from the creator's service.",
  meter: {
    balance: "Balance",
    usesLeft: "Requests left",
    openUntil: "Open until",
    reserved: "Set aside for this answer so far",
    reservedNote: "What this answer does not use goes back to the balance.",
    cost: "This answer cost",
  },
  states: {
    ready: "Ready.",
    starting: "Asking for the stream…",
    streaming: "Arriving…",
    waiting: "The balance is used up. The stream waits for a top-up.",
    resumed: "Topped up. Going on…",
    stopped: "You stopped it. Only what had arrived is charged.",
    ended: "Complete.",
    timeout: "It ended here, because the balance was used up.",
    timeoutCharged: "It ended here, because the balance was used up. Charged: {charged}.",
    toppedUp: "Topped up. You can start again.",
    payment: "This has to be paid for.",
    broken: "The connection broke off. What arrived is shown.",
    offline: "You are offline. What arrived is shown; start again when the connection is back.",
    upstream: "The service reported an error: {error}",
    problem: "That did not work. You can try again.",
  },
  price: describePrice,
};
