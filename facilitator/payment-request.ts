import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import { PaywallError } from "@x402-paywall/core";
import { isAddress } from "viem";
import type { Address, Hex } from "viem";
import { z } from "zod";

/** A body of `/verify` and `/settle` (x402 v2), checked in every field that is used. */
export interface PaymentRequest {
  readonly payload: PaymentPayload;
  readonly requirements: PaymentRequirements;
  readonly authorization: Authorization;
}

/** What the payer signed, and what shall be moved with it. Addresses are lower-case. */
export interface Authorization {
  readonly kind: "eip3009" | "permit2";
  /** Identifies what the chain lets pass once: payer and nonce, with EIP-3009's token. */
  readonly key: string;
  readonly network: `eip155:${string}`;
  readonly asset: Address;
  readonly payer: Address;
  readonly payTo: Address;
  /** Atomic units to move now; `upto`: at most what was signed. */
  readonly amount: bigint;
  readonly nonce: bigint;
}

const UINT256_MAX = (1n << 256n) - 1n;
const address = z
  .string()
  .refine((text): text is Address => isAddress(text, { strict: false }), "must be a 20-byte address");
const uint = z
  .string()
  .refine(
    (text) => /^(0|[1-9]\d{0,77})$/.test(text) && BigInt(text) <= UINT256_MAX,
    "must be a decimal integer of 256 bits in a string",
  );
const hex = (bytes: number) =>
  z
    .string()
    .refine(
      (text): text is Hex => new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`, "i").test(text),
      `must be ${bytes} bytes of hex with 0x`,
    );
const signature = z
  .string()
  .max(8_192)
  .regex(/^0x([0-9a-f]{2})+$/i, "must be hex with 0x");
const network = z
  .string()
  .refine(
    (text): text is `eip155:${string}` => /^eip155:[1-9]\d{0,14}$/.test(text),
    "must be eip155:<chain id>",
  );

const requirements = z.object({
  scheme: z.enum(["exact", "upto"]),
  network,
  asset: address,
  amount: uint,
  payTo: address,
  maxTimeoutSeconds: z.number(),
  extra: z.record(z.string(), z.unknown()).default({}),
});
const transfer = z.object({
  signature,
  authorization: z.object({
    from: address,
    to: address,
    value: uint,
    validAfter: uint,
    validBefore: uint,
    nonce: hex(32),
  }),
  // Two payments in one payload: what is verified might not be what is settled.
  permit2Authorization: z.undefined("must not stand beside authorization").optional(),
});
const permit = z.object({
  signature,
  permit2Authorization: z.object({
    from: address,
    permitted: z.object({ token: address, amount: uint }),
    spender: address,
    nonce: uint,
    deadline: uint,
    witness: z.object({ to: address, facilitator: address.optional(), validAfter: uint }),
  }),
});
const body = z.object({
  x402Version: z.literal(2).optional(),
  paymentPayload: z.object({
    x402Version: z.literal(2),
    accepted: requirements,
    payload: z.record(z.string(), z.unknown()),
  }),
  paymentRequirements: requirements,
});

/** @throws PaywallError 422 whose `errors` name each bad field by its path */
export function readPaymentRequest(json: unknown): PaymentRequest {
  const { paymentPayload, paymentRequirements: wanted } = parse(body, json, "");
  const { x402Version, accepted, payload } = paymentPayload;
  const path = "paymentPayload.payload";
  const common = {
    network: wanted.network,
    asset: lower(wanted.asset),
    payTo: lower(wanted.payTo),
    amount: BigInt(wanted.amount),
  };
  if (payload["authorization"] !== undefined) {
    if (wanted.scheme !== "exact") throw refuse(`${path}.permit2Authorization`, "is missing: upto needs it");
    const { authorization, signature: signed } = parse(transfer, payload, path);
    const [payer, nonce] = [lower(authorization.from), lower(authorization.nonce)];
    const key = `${common.network}/${common.asset}/${payer}/${nonce}`;
    const read = { kind: "eip3009", key, ...common, payer, nonce: BigInt(nonce) } as const;
    const checked = { x402Version, accepted, payload: { signature: signed, authorization } };
    return { payload: checked, requirements: wanted, authorization: read };
  }
  const { permit2Authorization, signature: signed } = parse(permit, payload, path);
  if (wanted.scheme === "upto" && permit2Authorization.witness.facilitator === undefined)
    throw refuse(`${path}.permit2Authorization.witness.facilitator`, "is missing: upto names who captures");
  const [payer, nonce] = [lower(permit2Authorization.from), BigInt(permit2Authorization.nonce)];
  const key = `${common.network}/permit2/${payer}/${nonce}`;
  const checked = { x402Version, accepted, payload: { signature: signed, permit2Authorization } };
  return {
    payload: checked,
    requirements: wanted,
    authorization: { kind: "permit2", key, ...common, payer, nonce },
  };
}

function parse<Shape extends z.ZodType>(shape: Shape, json: unknown, path: string): z.output<Shape> {
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    field: [path, ...issue.path].filter((part) => part !== "").join("."),
    message: issue.message,
  }));
  throw new PaywallError("validation_failed", { errors });
}

function refuse(field: string, message: string): PaywallError {
  return new PaywallError("validation_failed", { errors: [{ field, message }] });
}

function lower(text: Hex): Hex {
  return `0x${text.slice(2).toLowerCase()}`;
}
