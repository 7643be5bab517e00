import { findHeader, listHeaders } from "@x402-paywall/core";
import { type Check, fail, pass, skip, type Verdict } from "../check.ts";
import { isAnswer, type Observations, type PaidObservations } from "../observations.ts";
import type { RawAnswer } from "../raw-request.ts";

/** Only where it was paid and answered. */
function onPaid(judge: (answer: RawAnswer, paid: PaidObservations) => Verdict): Check["run"] {
  return ({ paid }: Observations) => {
    if (paid === undefined) return skip("only with --pay");
    if (typeof paid === "string") return skip("it could not be paid");
    const { answer } = paid;
    return isAnswer(answer) && answer.status < 300 ? judge(answer, paid) : skip("the payment opened nothing");
  };
}

/** So long a stream must take before one can tell. */
const TELLING_MS = 300;
/** Of its time, so much may pass before the first byte. */
const LATE = 0.8;

export const paidChecks: readonly Check[] = [
  {
    id: "paid-answer",
    title: "A payment opens it",
    severity: "error",
    meaning: "Payers lose their money, or their patience.",
    fix: "Look at the detail of the answer and at the server's log.",
    run: ({ paid }) => {
      if (paid === undefined) return skip("only with --pay");
      if (typeof paid === "string") return fail(`it could not be paid: ${paid}`);
      const { answer, wire, doubled } = paid;
      // A server that takes a good credential beside another one has delivered already.
      if (isAnswer(doubled) && doubled.status < 300)
        return skip("it was delivered to two credentials at once");
      if (!isAnswer(answer)) return fail(`paid over ${wire}, and no answer came (${answer.failed})`);
      return answer.status < 300 ? pass : fail(`paid over ${wire}, and answered ${answer.status}`);
    },
  },
  {
    id: "paid-cache",
    title: "The paid answer is not kept by shared caches",
    severity: "error",
    meaning:
      "A cache in between gives what one payer bought to everybody who asks: x402 has no Authorization that would stop it.",
    fix: "Send Cache-Control: private, no-store with paid answers, whatever the upstream says.",
    run: onPaid(({ headers }) => {
      const value = listHeaders(headers, "cache-control").join(", ");
      if (/(?:^|,)\s*(?:private|no-store)\s*(?:[,=]|$)/i.test(value)) return pass;
      return fail(value === "" ? "Cache-Control is missing" : `Cache-Control is ${value}`);
    }),
  },
  {
    id: "paid-receipt",
    title: "The paid answer brings a receipt that verifies",
    severity: "warning",
    meaning: "Without one a payer can prove nothing, and an agent cannot account for what it spent.",
    fix: "Send PAYMENT-RESPONSE (x402) or Payment-Receipt; publish the keys of signed ones as a JWKS.",
    run: onPaid((_, { receipt }) => {
      if (receipt.kind === "none") return fail("there is none");
      return receipt.kind === "false" ? fail(receipt.why) : pass;
    }),
  },
  {
    id: "paid-replay",
    title: "A credential opens once",
    severity: "error",
    meaning: "One payment is sold without end: whoever pays can share the header.",
    fix: "Claim the payment's own identity (nonce, payment hash) in one atomic step before you serve.",
    run: onPaid((answer, { replayed }) => {
      if (LASTING.some((name) => findHeader(answer.headers, name) !== undefined))
        return skip("it buys more than one request");
      if (!isAnswer(replayed)) return pass;
      return replayed.status < 300 ? fail(`shown again, it was answered ${replayed.status}`) : pass;
    }),
  },
  {
    id: "paid-stream",
    title: "A stream flows while it is made",
    severity: "error",
    meaning:
      "The whole answer is held back until it is finished or settled: a chat shows nothing for seconds, a long one times out.",
    fix: "Settle before the first byte, then pass each chunk on; switch buffering off in proxies (X-Accel-Buffering: no).",
    run: onPaid(({ headers, firstMs, headMs, endMs, body }) => {
      const type = findHeader(headers, "content-type") ?? "";
      if (!/^(?:text\/event-stream|application\/x-ndjson)\b/i.test(type)) return skip("no stream");
      const events = Buffer.from(body)
        .toString()
        .split("\n")
        .filter((line) => line.trim() !== "").length;
      if (endMs < TELLING_MS || events < 2) return skip("too short to tell");
      const first = firstMs ?? headMs;
      return first > endMs * LATE ? fail(`the first byte came after ${first} ms of ${endMs}`) : pass;
    }),
  },
];

/** Headers of what buys more than one request. */
const LASTING = ["paywall-access-token", "paywall-entitlement"];
