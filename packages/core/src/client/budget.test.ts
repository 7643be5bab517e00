import { describe, expect, it } from "vitest";
import { BudgetLedger } from "./budget.ts";

describe("BudgetLedger", () => {
  it("gives a reservation back once", () => {
    const ledger = new BudgetLedger({ totalUsd: 10n });
    const first = ledger.reserve("a.example", 6n);
    if (typeof first === "string") throw new Error(first);
    first.release();
    first.release();
    expect(typeof ledger.reserve("a.example", 10n)).toBe("object");
    expect(ledger.reserve("a.example", 1n)).toMatch(/left in total/);
  });
  it("names the limit that was reached", () => {
    const ledger = new BudgetLedger({ perPaymentUsd: 5n, perHostUsd: 8n, totalUsd: 12n });
    expect(ledger.reserve("a.example", 6n)).toMatch(/one payment/);
    expect(typeof ledger.reserve("a.example", 5n)).toBe("object");
    expect(ledger.reserve("a.example", 5n)).toMatch(/left for a.example/);
    expect(typeof ledger.reserve("b.example", 5n)).toBe("object");
    expect(ledger.reserve("c.example", 5n)).toMatch(/left in total/);
    expect(typeof ledger.reserve("c.example", 2n)).toBe("object");
  });
  it("limits nothing where no limit is set", () => {
    expect(typeof new BudgetLedger({}).reserve("a.example", 10n ** 20n)).toBe("object");
  });
});
