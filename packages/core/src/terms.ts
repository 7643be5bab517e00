import type { Price } from "./price.ts";

/**
 * What a payment buys, frozen into its quote. `into`: the entitlement that a top-up adds to; such a payment opens
 * nothing by itself, so that nobody gets at a balance by paying a cent into it.
 */
export type Terms =
  /** The one request that the quote is bound to. */
  | { readonly kind: "use" }
  | { readonly kind: "uses"; readonly uses: number; readonly seconds: number; readonly into?: string }
  | { readonly kind: "pass"; readonly seconds: number; readonly into?: string }
  /** The paid amount, to be drawn upon. */
  | { readonly kind: "balance"; readonly seconds: number; readonly into?: string };

/** What a payment at this price buys. */
export function termsOf(price: Price): Terms {
  switch (price.model) {
    case "per-request":
    case "computed":
    case "pay-what-you-want":
      return { kind: "use" };
    case "bundle":
      return { kind: "uses", uses: price.uses, seconds: price.validSeconds };
    case "pass":
      return price.maxUses === null
        ? { kind: "pass", seconds: price.seconds }
        : { kind: "uses", uses: price.maxUses, seconds: price.seconds };
    case "metered":
      return { kind: "balance", seconds: price.validSeconds };
  }
}

const number = "([1-9]\\d{0,9})";
const into = "(?:\\.([A-Za-z0-9_-]{1,64}))?";
const pattern = new RegExp(`^(?:u|n${number}\\.${number}${into}|p${number}${into}|b${number}${into})$`);

/**
 * Compact form inside a quote: `u`, `n<uses>.<seconds>`, `p<seconds>`, `b<seconds>`, each with `.<entitlement>` for a top-up.
 * @throws RangeError for counts beyond 1..9,999,999,999 and entitlements that do not fit.
 */
export function formatTerms(terms: Terms): string {
  if (terms.kind === "use") return "u";
  const { kind, seconds } = terms;
  const tail = terms.into === undefined ? "" : `.${terms.into}`;
  const uses = kind === "uses" ? terms.uses : 1;
  const text =
    kind === "uses" ? `n${uses}.${seconds}${tail}` : `${kind === "pass" ? "p" : "b"}${seconds}${tail}`;
  // A fraction would read back as another part: `p1.5` is one second into entitlement `5`.
  if (!Number.isInteger(uses) || !Number.isInteger(seconds) || !pattern.test(text))
    throw new RangeError("The terms have no printable form");
  return text;
}

/** Strict inverse of {@link formatTerms}. */
export function parseTerms(text: string): Terms | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, uses, usesSeconds, usesInto, passSeconds, passInto, balanceSeconds, balanceInto] = match;
  if (uses !== undefined)
    return { kind: "uses", uses: Number(uses), seconds: Number(usesSeconds), ...topUp(usesInto) };
  if (passSeconds !== undefined) return { kind: "pass", seconds: Number(passSeconds), ...topUp(passInto) };
  if (balanceSeconds !== undefined)
    return { kind: "balance", seconds: Number(balanceSeconds), ...topUp(balanceInto) };
  return { kind: "use" };
}

function topUp(entitlementId: string | undefined): { readonly into?: string } {
  return entitlementId === undefined ? {} : { into: entitlementId };
}
