import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntitlementDto } from "./dto.ts";
import { formatDollars } from "./dollars.ts";
import { checkRefund, describeConsequence, newIdempotencyKey } from "./refund-form.ts";

describe("checkRefund", () => {
  const form = { all: false, amount: "", reason: "" };
  it("asks for all that is left, or for what was typed", () => {
    expect(checkRefund({ ...form, all: true, amount: "nonsense" }, "70")).toEqual({ ok: true, amount: "70" });
    expect(checkRefund({ ...form, amount: "$0.01" }, "10000")).toEqual({ ok: true, amount: "10000" });
  });
  it.each(["", "0", "0.00", "-1", "1e3", "0.00000001", "ten"])("does not take %j", (amount) => {
    expect(checkRefund({ ...form, amount }, "10000")).toMatchObject({ ok: false });
  });
  it("keeps every amount exactly, up to the last unit that is left", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        (asked, left) => {
          const check = checkRefund({ ...form, amount: formatDollars(asked.toString()) }, left.toString());
          expect(check).toEqual(
            asked <= left ? { ok: true, amount: asked.toString() } : { ok: false, error: expect.any(String) },
          );
        },
      ),
    );
  });
});

it("describeConsequence tells what else happens", () => {
  const payment = {
    state: "delivered",
    entitlement: null,
    refundable: "100",
    charged: "100",
    refunded: "0",
  } as const;
  const entitlement: EntitlementDto = {
    id: "ent_1",
    kind: "pass",
    mode: "test",
    state: "open",
    endpoint: { id: "ep_1", title: "", slug: "" },
    usesLeft: null,
    deposited: "0",
    spent: "0",
    held: "0",
    available: "0",
    expiresAt: "",
    createdAt: "",
  };
  expect(describeConsequence(payment, "100")).toContain("stays with the payer");
  expect(describeConsequence({ ...payment, state: "settled" }, "100")).toContain("stops working");
  expect(describeConsequence({ ...payment, state: "settled" }, "99")).toContain("stays with the payer");
  expect(describeConsequence({ ...payment, entitlement }, "100")).toContain("ends.");
  expect(describeConsequence({ ...payment, entitlement, refunded: "40" }, "60")).toContain("ends.");
  expect(describeConsequence({ ...payment, entitlement }, "60")).toContain("stays:");
  expect(
    describeConsequence({ ...payment, entitlement: { ...entitlement, kind: "balance" } }, "1"),
  ).toContain("lowered");
});

it("newIdempotencyKey is new each time", () => {
  expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
});
