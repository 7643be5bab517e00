import { expect, it } from "vitest";
import { readReason } from "./read-reason.ts";

it("keeps the code, and nothing that stands behind it", () => {
  expect(readReason("invalid_permit2_signature")).toBe("invalid_permit2_signature");
  expect(
    readReason("invalid_exact_evm_transaction_failed: HTTP request failed. URL: https://rpc/SECRET"),
  ).toBe("invalid_exact_evm_transaction_failed");
  for (const text of [undefined, "", "HTTP request failed", "https://rpc/SECRET", "x_".repeat(81)])
    expect(readReason(text)).toBe("unspecified");
});
