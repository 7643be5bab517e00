import { describe, expect, it } from "vitest";
import { PaywallError, problems, toProblem } from "./problem.ts";

describe("toProblem", () => {
  it("links shared codes to their registry and ours to the documentation", () => {
    expect(toProblem(new PaywallError("payment_required"), "https://x.example/docs").type).toBe(
      "https://paymentauth.org/problems/payment-required",
    );
    expect(toProblem(new PaywallError("wrong_resource"), "https://x.example/docs").type).toBe(
      "https://x.example/docs/wrong-resource",
    );
  });
  it("shows detail and extensions, never the cause, and lets no extension replace a member", () => {
    const cause = new Error("secret");
    const error = new PaywallError("conflict", {
      detail: "taken",
      cause,
      extensions: { status: 200, code: "x", receiptId: "r" },
    });
    const document = toProblem(error, "https://x.example");
    expect(document).toMatchObject({ status: 409, code: "conflict", detail: "taken", receiptId: "r" });
    expect(JSON.stringify(document)).not.toContain("secret");
    expect(error.cause).toBe(cause);
  });
  it("answers bad credentials with 402, never with 401", () => {
    const payment = [
      "malformed_credential",
      "invalid_challenge",
      "payment_expired",
      "verification_failed",
    ] as const;
    for (const code of payment) expect(problems[code].status).toBe(402);
    expect(problems.settlement_unknown.status).toBe(503);
  });
});
