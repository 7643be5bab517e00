import fc from "fast-check";
import { PaywallError } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { readPaymentRequest } from "./payment-request.ts";

const address = (digit: string) => `0x${digit.repeat(40)}`;
const requirements = {
  scheme: "exact",
  network: "eip155:84532",
  asset: address("A"),
  amount: "100",
  payTo: address("B"),
  maxTimeoutSeconds: 60,
  extra: { name: "USDC", version: "2" },
};
const authorization = {
  from: address("C"),
  to: address("B"),
  value: "100",
  validAfter: "0",
  validBefore: "9999999999",
  nonce: `0x${"0F".repeat(32)}`,
};
const permit2Authorization = {
  from: address("C"),
  permitted: { token: address("A"), amount: "100" },
  spender: address("D"),
  nonce: "300",
  deadline: "9999999999",
  witness: { to: address("B"), facilitator: address("E"), validAfter: "0" },
};
const signature = `0x${"1f".repeat(65)}`;
const body = (payload: unknown, scheme = "exact") => ({
  x402Version: 2,
  paymentPayload: { x402Version: 2, accepted: { ...requirements, scheme }, payload },
  paymentRequirements: { ...requirements, scheme },
});

function fieldsOf(json: unknown): readonly string[] {
  try {
    readPaymentRequest(json);
  } catch (error) {
    if (error instanceof PaywallError) return (error.options.errors ?? []).map(({ field }) => field);
    throw error;
  }
  return [];
}

/** `value` at `path`, in a copy. */
function put(json: unknown, path: string, value: unknown): unknown {
  const [step = "", ...rest] = path.split(".");
  const copy = { ...(json as Record<string, unknown>) };
  copy[step] = rest.length === 0 ? value : put(copy[step], rest.join("."), value);
  return copy;
}

describe("what is read", () => {
  it("EIP-3009: token, payer and nonce are the key, in one spelling", () => {
    const { authorization: read } = readPaymentRequest(body({ signature, authorization }));
    expect(read).toEqual({
      kind: "eip3009",
      key: `eip155:84532/${address("a")}/${address("c")}/0x${"0f".repeat(32)}`,
      network: "eip155:84532",
      asset: address("a"),
      payer: address("c"),
      payTo: address("b"),
      amount: 100n,
      nonce: BigInt(`0x${"0f".repeat(32)}`),
    });
  });

  it("Permit2: payer and nonce alone, because it spends a nonce for all tokens at once", () => {
    for (const scheme of ["exact", "upto"]) {
      const { authorization: read } = readPaymentRequest(body({ signature, permit2Authorization }, scheme));
      expect(read).toMatchObject({ kind: "permit2", key: `eip155:84532/permit2/${address("c")}/300` });
    }
  });

  it("only what was checked goes on", () => {
    const extended = put(body({ signature, authorization }), "paymentPayload.extensions", { evil: 1 });
    const { payload } = readPaymentRequest(put(extended, "paymentPayload.payload.more", 1));
    expect(payload.payload).toEqual({ signature, authorization });
    expect(payload).not.toHaveProperty("extensions");
  });
});

describe("each bad field is named by its path", () => {
  const payload = "paymentPayload.payload";
  it.each<[string, unknown]>([
    ["x402Version", 1],
    ["paymentPayload.x402Version", 1],
    ["paymentPayload.accepted.network", "base"],
    ["paymentRequirements.scheme", "deferred"],
    ["paymentRequirements.network", "solana:1"],
    ["paymentRequirements.asset", "0x12"],
    ["paymentRequirements.amount", "1e3"],
    ["paymentRequirements.amount", 100],
    ["paymentRequirements.amount", "01"],
    ["paymentRequirements.payTo", null],
    [`${payload}.signature`, "0x123"],
    [`${payload}.authorization.from`, "me"],
    [`${payload}.authorization.value`, "-1"],
    [`${payload}.authorization.validBefore`, (1n << 256n).toString()],
    [`${payload}.authorization.nonce`, "0x00"],
    [`${payload}.permit2Authorization`, permit2Authorization],
  ])("%s = %j", (path, value) => {
    expect(fieldsOf(put(body({ signature, authorization }), path, value))).toEqual([path]);
  });

  it("in permits, and several at once", () => {
    const permit = `${payload}.permit2Authorization`;
    const bad = put(body({ signature, permit2Authorization }), `${permit}.permitted.amount`, "x");
    expect(fieldsOf(put(bad, `${permit}.witness.to`, 1))).toEqual([
      `${permit}.permitted.amount`,
      `${permit}.witness.to`,
    ]);
    const anonymous = put(
      body({ signature, permit2Authorization }, "upto"),
      `${permit}.witness.facilitator`,
      undefined,
    );
    expect(fieldsOf(anonymous)).toEqual([`${permit}.witness.facilitator`]);
    expect(fieldsOf(body({ signature, authorization }, "upto"))).toEqual([permit]);
    expect(fieldsOf(body({ signature }))).toEqual([permit]);
  });
});

it("whatever is sent is read or refused, and nothing else happens", () => {
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.constant(`0x${"f".repeat(9_000)}`),
    fc.constant("9".repeat(80)),
  );
  const paths = fc.constantFrom(
    "paymentPayload",
    "paymentPayload.accepted",
    "paymentPayload.payload",
    "paymentPayload.payload.authorization",
    "paymentPayload.payload.authorization.nonce",
    "paymentPayload.payload.signature",
    "paymentRequirements",
    "paymentRequirements.extra",
    "paymentRequirements.maxTimeoutSeconds",
  );
  fc.assert(
    fc.property(paths, strange, (path, value) => {
      fieldsOf(put(body({ signature, authorization }), path, value));
      fieldsOf(value);
    }),
  );
});
