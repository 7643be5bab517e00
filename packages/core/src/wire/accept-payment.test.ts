import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderByAcceptPayment } from "./accept-payment.ts";

const charge = { method: "lightning", intent: "charge" };
const session = { method: "lightning", intent: "session" };
const card = { method: "stripe", intent: "charge" };
const all = [charge, session, card];

describe("orderByAcceptPayment", () => {
  it.each([
    [undefined, all],
    ["", all],
    ["lightning/charge, stripe/*;q=0.5", [charge, card]],
    ["stripe/charge, lightning/charge;q=0.9", [card, charge]],
    ["*/*;q=0.1, lightning/session", [session, charge, card]],
    ["*/charge", [charge, card]],
    ["lightning/*, lightning/charge;q=0", [session]],
    ["LIGHTNING/Charge ; Q=1.000", [charge]],
    ["tempo/charge", all],
    ["lightning/charge;q=2", all],
    ["lightning", all],
    [";;;,,/", all],
  ])("%s", (accept, expected) => {
    expect(orderByAcceptPayment(all, accept)).toEqual(expected);
  });
  it("never loses everything, invents nothing, never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("a*/;q=0.5, ")) }), (accept) => {
        const result = orderByAcceptPayment(all, accept);
        expect(result.length).toBeGreaterThan(0);
        expect(all).toEqual(expect.arrayContaining([...result]));
      }),
    );
  });
});
