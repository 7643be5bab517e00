import { randomBytes } from "node:crypto";
import type { Eip3009Proof, EvmOffer, Permit2Proof, Quote } from "@x402-paywall/core";
import type { Endpoint, Rail } from "@x402-paywall/proxy";
import type { RailPayment } from "@x402-paywall/proxy/testing";
import {
  authorizationTypes,
  PERMIT2_ADDRESS,
  permit2WitnessTypes,
  uptoPermit2WitnessTypes,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyAddress,
} from "@x402/evm";
import { isHex, type Hex, type LocalAccount } from "viem";

/** A payer of the rail's contract suite, who may sign anything. */
export interface RailPayer {
  readonly rail: Rail;
  readonly endpoint: Endpoint;
  readonly account: LocalAccount;
  /** Unix seconds. */
  readonly now: number;
}

const stranger = `0x${"22".repeat(20)}`;
const CHAIN_ID = 84_532;

async function offerOf({ rail, endpoint }: RailPayer, quote: Quote, scheme: string): Promise<EvmOffer> {
  const offers = await rail.offer({ quote, endpoint, resourceUrl: "" });
  const offer = offers.find((each) => each.kind === "evm" && each.requirements.scheme === scheme);
  if (offer?.kind !== "evm") throw new Error(`No offer of scheme ${scheme}`);
  return offer;
}

/** Signs an EIP-3009 authorization for the `exact` offer, with whatever is changed signed too. */
export async function signTransfer(
  payer: RailPayer,
  quote: Quote,
  changes: Partial<Eip3009Proof["authorization"]> = {},
  asked: Partial<Eip3009Proof["requirements"]> = {},
): Promise<Eip3009Proof> {
  const offer = await offerOf(payer, quote, "exact");
  const requirements = { ...offer.requirements, ...asked };
  const authorization = {
    from: payer.account.address.toLowerCase(),
    to: offer.requirements.payTo.toLowerCase(),
    value: BigInt(offer.requirements.amount),
    validAfter: BigInt(payer.now - 600),
    validBefore: BigInt(payer.now + 300),
    nonce: `0x${randomBytes(32).toString("hex")}`,
    ...changes,
  };
  const { from, to, nonce, ...rest } = authorization;
  const signature = await payer.account.signTypedData({
    domain: { name: "USDC", version: "2", chainId: CHAIN_ID, verifyingContract: asHex(requirements.asset) },
    types: authorizationTypes,
    primaryType: "TransferWithAuthorization",
    message: { from: asHex(from), to: asHex(to), nonce: asHex(nonce), ...rest },
  });
  return { kind: "eip3009", requirements, authorization, signature };
}

/** Signs a Permit2 permit for the offer of a scheme, with whatever is changed signed too. */
export async function signPermit(
  payer: RailPayer,
  quote: Quote,
  scheme: "exact" | "upto",
  changes: Partial<Permit2Proof["authorization"]> = {},
): Promise<Permit2Proof> {
  const { requirements } = await offerOf(payer, quote, scheme);
  const isCapture = scheme === "upto";
  const authorization = {
    from: payer.account.address.toLowerCase(),
    token: requirements.asset.toLowerCase(),
    amount: BigInt(requirements.amount),
    spender: (isCapture ? x402UptoPermit2ProxyAddress : x402ExactPermit2ProxyAddress).toLowerCase(),
    nonce: BigInt(`0x${randomBytes(32).toString("hex")}`),
    deadline: BigInt(payer.now + requirements.maxTimeoutSeconds),
    to: requirements.payTo.toLowerCase(),
    facilitator: isCapture ? (requirements.extra["facilitatorAddress"] ?? "").toLowerCase() : null,
    validAfter: BigInt(payer.now - 600),
    ...changes,
  };
  const { token, amount, spender, nonce, deadline, to, facilitator, validAfter } = authorization;
  const witness = {
    to: asHex(to),
    validAfter,
    ...(facilitator === null ? {} : { facilitator: asHex(facilitator) }),
  };
  const signature = await payer.account.signTypedData({
    domain: { name: "Permit2", chainId: CHAIN_ID, verifyingContract: PERMIT2_ADDRESS },
    types: facilitator === null ? permit2WitnessTypes : uptoPermit2WitnessTypes,
    primaryType: "PermitWitnessTransferFrom",
    message: {
      permitted: { token: asHex(token), amount },
      spender: asHex(spender),
      nonce,
      deadline,
      witness,
    },
  });
  return { kind: "permit2", requirements, authorization, signature };
}

/** Every kind of money that the rail takes, and what it must refuse without asking anybody. */
export function railPayments(payer: RailPayer, quote: Quote, metered: Quote): readonly RailPayment[] {
  const { now } = payer;
  const common = { remembers: true };
  const transfer = (
    name: string,
    ...change: [Parameters<typeof signTransfer>[2], Parameters<typeof signTransfer>[3]?]
  ) => ({
    name,
    pay: (priced: Quote) => signTransfer(payer, priced, ...change),
  });
  const permit = (scheme: "exact" | "upto", name: string, change: Parameters<typeof signPermit>[3]) => ({
    name,
    pay: (priced: Quote) => signPermit(payer, priced, scheme, change),
  });
  const permits = (scheme: "exact" | "upto") => [
    permit(scheme, "too little", { amount: 1n }),
    permit(scheme, "another token", { token: stranger }),
    permit(scheme, "another spender", { spender: stranger }),
    permit(scheme, "another payee", { to: stranger }),
    permit(scheme, "in another's name", { from: stranger }),
    permit(scheme, "not yet valid", { validAfter: BigInt(now + 60) }),
  ];
  return [
    {
      ...common,
      name: "exact, EIP-3009",
      quote,
      pay: (priced) => signTransfer(payer, priced),
      expiredAt: now + 300,
      bad: [
        transfer("too little", { value: 9_999n }),
        transfer("to somebody else", { to: stranger }),
        transfer("in another's name", { from: stranger }),
        transfer("not yet valid", { validAfter: BigInt(now + 60) }),
        transfer("another token", {}, { asset: stranger }),
        transfer("another payee", {}, { payTo: stranger }),
      ],
    },
    {
      ...common,
      name: "exact, Permit2",
      quote,
      pay: (priced) => signPermit(payer, priced, "exact"),
      expiredAt: now + 300,
      bad: permits("exact"),
    },
    {
      ...common,
      name: "upto",
      leavesNoTraceOfNothing: true,
      quote: metered,
      pay: (priced) => signPermit(payer, priced, "upto"),
      expiredAt: now + 3600,
      bad: [...permits("upto"), permit("upto", "another facilitator", { facilitator: stranger })],
    },
  ];
}

export function asHex(text: string): Hex {
  if (!isHex(text)) throw new RangeError(`${text} is not hexadecimal`);
  return text;
}
