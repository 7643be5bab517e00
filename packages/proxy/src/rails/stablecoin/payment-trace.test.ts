import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTrace, parseTrace, type PaymentTrace } from "./payment-trace.ts";

const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);
const amount = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const seconds = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const traces: fc.Arbitrary<PaymentTrace> = fc.record({
  kind: fc.constantFrom("eip3009", "permit2"),
  network: fc.constant("eip155:8453"),
  from: address,
  to: address,
  nonce: amount.map(String),
  maximum: amount,
  amount,
  capture: fc.boolean(),
  until: seconds,
  since: seconds,
  facilitator: fc.constantFrom("", "0123456789abcdef"),
});

describe("a payment's trace", () => {
  it("is read as it was written, within 1 kB", () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const note = formatTrace(trace);
        expect(parseTrace(note)).toEqual(trace);
        expect(note.length).toBeLessThan(1024);
      }),
    );
  });

  it("is nothing else", () => {
    const good = JSON.parse(formatTrace(fc.sample(traces, 1)[0] ?? ({} as PaymentTrace))) as object;
    for (const change of [
      { v: 2 },
      { kind: "iou" },
      { amount: "-1" },
      { amount: 1 },
      { maximum: "1e3" },
      { capture: "yes" },
      { until: 1.5 },
      { since: null },
      { from: 7 },
      { facilitator: undefined },
    ])
      expect([change, parseTrace(JSON.stringify({ ...good, ...change }))]).toEqual([change, undefined]);
    fc.assert(fc.property(fc.string(), (text) => void parseTrace(text)));
    expect(parseTrace(null)).toBeUndefined();
    expect(parseTrace(undefined)).toBeUndefined();
  });
});
