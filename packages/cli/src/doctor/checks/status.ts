import { findHeader } from "@x402-paywall/core";
import { type Check, fail, pass, skip } from "../check.ts";
import { isAnswer, type Observations } from "../observations.ts";

/** Which wires a 402 speaks, as far as their headers are there. */
export function offeredWires({ challenge }: Pick<Observations, "challenge">): readonly string[] {
  const schemes = challenge.auth?.map(({ scheme }) => scheme) ?? [];
  return [
    ...(challenge.x402.header === undefined ? [] : ["x402"]),
    ...(schemes.includes("l402") || schemes.includes("lsat") ? ["l402"] : []),
    ...(schemes.includes("payment") ? ["mpp"] : []),
  ];
}

export const statusChecks: readonly Check[] = [
  {
    id: "status-402",
    title: "A request without a payment is answered 402",
    severity: "error",
    meaning:
      "Agents and crawlers notice a price only by the status 402; everything else is an answer or an error to them.",
    fix: "Answer 402 before you validate the request, and without a redirect or a login.",
    run: ({ bare: { status, headers } }) => {
      if (status === 402) return pass;
      if (status < 300) return fail(`it answered ${status}: the content is given away`);
      const location = findHeader(headers, "location");
      if (status < 400)
        return fail(`it redirected (${status}${location === undefined ? "" : ` to ${location}`})`);
      if (status === 405) return fail("it answered 405: name the method that is sold with -X");
      return fail(`it answered ${status}`);
    },
  },
  {
    id: "offers",
    title: "The 402 carries offers that programs can read",
    severity: "error",
    meaning:
      "Without PAYMENT-REQUIRED or a WWW-Authenticate line of L402 or Payment no client knows what to pay.",
    fix: "Send at least one of: PAYMENT-REQUIRED (x402), WWW-Authenticate: L402 …, WWW-Authenticate: Payment ….",
    run: (observations) => {
      const { bare, challenge } = observations;
      if (bare.status !== 402) return skip("no 402");
      if (challenge.auth === undefined) return skip("WWW-Authenticate cannot be read");
      if (offeredWires(observations).length > 0) return pass;
      const type = findHeader(bare.headers, "content-type") ?? "nothing";
      return fail(`there is none in the headers; the body is ${type}`);
    },
  },
  {
    id: "page-402",
    title: "A browser is answered 402, too, with the same offers",
    severity: "warning",
    meaning:
      "Agents that drive a browser, and wallets in one, read the same headers; a login page stops them.",
    fix: "Answer Accept: text/html with 402 and the same headers, and put the payment page into the body.",
    run: ({ bare, challenge, page }) => {
      if (bare.status !== 402) return skip("no 402");
      if (!isAnswer(page)) return fail(`a browser got no answer (${page.failed})`);
      if (page.status !== 402) return fail(`a browser was answered ${page.status}`);
      const lost = ["PAYMENT-REQUIRED", "WWW-Authenticate"].filter(
        (name) =>
          findHeader(bare.headers, name) !== undefined && findHeader(page.headers, name) === undefined,
      );
      if (lost.length > 0) return fail(`${lost.join(" and ")} is missing there`);
      return challenge.auth === undefined && challenge.x402.header === undefined ? skip("no offers") : pass;
    },
  },
];
