import { englishSlip } from "../parts/messages.ts";
import type { SlipMessages } from "../parts/messages.ts";

/** Every word of the element and the dialog. `{names}` are filled in. */
export interface ElementMessages extends SlipMessages {
  readonly start: string;
  readonly otherWays: string;
  readonly cancel: string;
  readonly close: string;
  readonly again: string;
  readonly payment: string;
  readonly unreachable: string;
  readonly failed: string;
  readonly unreadable: string;
  readonly openThere: string;
  readonly proof: {
    readonly label: string;
    readonly send: string;
    readonly wrong: string;
  };
  readonly answer: {
    readonly answered: string;
    readonly paid: string;
    readonly receipt: string;
    readonly body: string;
    readonly choice: string;
    readonly save: string;
    readonly saved: string;
    readonly stop: string;
    readonly arriving: string;
    readonly stopped: string;
    readonly ended: string;
    readonly broken: string;
    readonly empty: string;
    readonly failed: string;
    readonly dry: string;
    readonly topUp: string;
    readonly timeout: string;
  };
}

export const englishElement: ElementMessages = {
  ...englishSlip,
  by: "from",
  start: "See the price",
  otherWays: "Other ways to pay",
  cancel: "Cancel",
  close: "Close",
  again: "Try again",
  payment: "Payment",
  unreachable: "This address cannot be reached from this page.",
  failed: "The server answered {status}.",
  unreadable: "This server asks for a payment, but lets no other site read its offers (CORS).",
  openThere: "Open it there",
  proof: {
    label: "Paid? Proof of payment (preimage, 64 hexadecimal digits)",
    send: "Send",
    wrong: "This is not the proof of this invoice.",
  },
  answer: {
    answered: "Here it is.",
    paid: "Paid.",
    receipt: "Receipt",
    body: "The answer",
    choice: "Answer {number}",
    save: "Save the file",
    saved: "Complete: {size}",
    stop: "Stop",
    arriving: "Arriving…",
    stopped: "You stopped it.",
    ended: "Complete.",
    broken: "The connection broke off. What arrived is shown.",
    empty: "The answer has no content.",
    failed: "The service reported an error: {error}",
    dry: "The balance is used up. The stream waits for a top-up.",
    topUp: "Top up",
    timeout: "It ended here: the balance is used up.",
  },
};
