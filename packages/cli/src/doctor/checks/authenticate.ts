import type { AuthElement } from "@x402-paywall/core";
import { type Check, fail, pass, skip } from "../check.ts";

const PAYING = new Set(["l402", "lsat", "payment"]);

export const authenticateChecks: readonly Check[] = [
  {
    id: "auth-grammar",
    title: "WWW-Authenticate follows its grammar",
    severity: "error",
    meaning:
      "A line that cannot be parsed hides all offers in it, in strict clients those of the other lines, too.",
    fix: 'Write scheme name="value", name="value", with a comma between them and quotes around each value (RFC 9110, 11.6.1).',
    run: ({ challenge: { auth, authLines } }) => {
      if (authLines.length === 0) return skip("no WWW-Authenticate");
      return auth === undefined ? fail("a line cannot be parsed") : pass;
    },
  },
  {
    id: "auth-order",
    title: "L402 stands before Payment, and nothing before both",
    severity: "error",
    meaning:
      "Deployed Lightning clients look at the first challenge alone: behind Bearer, Basic or another Payment line they pay nothing.",
    fix: "Send the L402 line first, then Payment; leave Bearer and Basic out of a 402, or put them last.",
    run: ({ challenge: { auth } }) => {
      const order = auth?.map(({ scheme }) => (scheme === "lsat" ? "l402" : scheme)) ?? [];
      const first = order.findIndex((scheme) => PAYING.has(scheme));
      if (first < 0) return skip("no L402 and no Payment");
      if (first > 0) return fail(`${order[0]} comes first`);
      const l402 = order.indexOf("l402");
      return l402 > 0 ? fail("Payment comes before L402") : pass;
    },
  },
  {
    id: "mpp-order",
    title: "Of the Payment lines lightning comes first",
    severity: "warning",
    meaning:
      "Some clients take the first Payment line whatever its method, and give up where they cannot pay it.",
    fix: 'Send method="lightning" before other methods.',
    run: ({ challenge: { auth } }) => {
      const methods = paymentsOf(auth).map(({ params }) => params.get("method") ?? "");
      if (!methods.includes("lightning") || methods.length < 2) return skip("no two Payment lines");
      return methods[0] === "lightning" ? pass : fail(`${methods[0]} comes first`);
    },
  },
];

export function paymentsOf(auth: readonly AuthElement[] | undefined): readonly AuthElement[] {
  return auth?.filter(({ scheme }) => scheme === "payment") ?? [];
}

export function l402Of(auth: readonly AuthElement[] | undefined): AuthElement | undefined {
  return auth?.find(({ scheme }) => scheme === "l402" || scheme === "lsat");
}
