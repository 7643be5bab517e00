import type { JsonObject, PaymentRequirements } from "@x402-paywall/core";

/** What a wallet signs (EIP-712), as JSON for `eth_signTypedData_v4`. */
export interface TypedPayment {
  readonly types: Readonly<Record<string, readonly TypedField[]>>;
  readonly primaryType: string;
  readonly domain: Readonly<Record<string, string | number>>;
  readonly message: JsonObject;
}

export interface TypedField {
  readonly name: string;
  readonly type: string;
}

/** A payment without its signature. */
export interface UnsignedPayment {
  readonly typedData: TypedPayment;
  /** The x402 payload's own part beside `signature`. */
  readonly payload: JsonObject;
}

export interface Signer {
  readonly from: string;
  /** Unix seconds. */
  readonly now: number;
  /** 32 random bytes, 0x-hex. */
  readonly nonce: string;
}

/** The same on every chain. */
export const PERMIT2_ADDRESS = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const PROXIES = {
  exact: "0x402085c248EeA27D92E8b30b2C58ed07f9E20001",
  upto: "0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002",
} as const;

const address = (name: string): TypedField => ({ name, type: "address" });
const uint = (name: string): TypedField => ({ name, type: "uint256" });
const text = (name: string): TypedField => ({ name, type: "string" });

/** Whether an offer is paid by a Permit2 permit, for which the token's owner has to have let Permit2 move it. */
export function isPermit2({ scheme, extra }: PaymentRequirements): boolean {
  return scheme === "upto" || extra["assetTransferMethod"] === "permit2";
}

/** What has to be signed for requirements: an EIP-3009 authorization or a Permit2 permit with x402's witness. */
export function typedPayment(requirements: PaymentRequirements, signer: Signer): UnsignedPayment {
  return isPermit2(requirements) ? permit(requirements, signer) : transfer(requirements, signer);
}

function transfer(requirements: PaymentRequirements, { from, now, nonce }: Signer): UnsignedPayment {
  const { payTo: to, amount: value, maxTimeoutSeconds, asset, extra } = requirements;
  const validBefore = String(now + maxTimeoutSeconds);
  const authorization = { from, to, value, validAfter: "0", validBefore, nonce };
  const { name = "", version = "" } = extra;
  const typedData: TypedPayment = {
    types: {
      EIP712Domain: [text("name"), text("version"), uint("chainId"), address("verifyingContract")],
      TransferWithAuthorization: [
        address("from"),
        address("to"),
        uint("value"),
        uint("validAfter"),
        uint("validBefore"),
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "TransferWithAuthorization",
    domain: { name, version, chainId: chainIdOf(requirements), verifyingContract: asset },
    message: authorization,
  };
  return { typedData, payload: { authorization } };
}

function permit(requirements: PaymentRequirements, { from, now, nonce }: Signer): UnsignedPayment {
  const { scheme, asset, amount, payTo, maxTimeoutSeconds, extra } = requirements;
  const isUpto = scheme === "upto";
  const facilitator = isUpto ? { facilitator: extra["facilitatorAddress"] ?? "" } : {};
  const signed = {
    permitted: { token: asset, amount },
    spender: PROXIES[scheme],
    nonce: BigInt(nonce).toString(),
    deadline: String(now + maxTimeoutSeconds),
    witness: { to: payTo, ...facilitator, validAfter: "0" },
  };
  const typedData: TypedPayment = {
    types: {
      EIP712Domain: [text("name"), uint("chainId"), address("verifyingContract")],
      PermitWitnessTransferFrom: [
        { name: "permitted", type: "TokenPermissions" },
        address("spender"),
        uint("nonce"),
        uint("deadline"),
        { name: "witness", type: "Witness" },
      ],
      TokenPermissions: [address("token"), uint("amount")],
      Witness: [address("to"), ...(isUpto ? [address("facilitator")] : []), uint("validAfter")],
    },
    primaryType: "PermitWitnessTransferFrom",
    domain: { name: "Permit2", chainId: chainIdOf(requirements), verifyingContract: PERMIT2_ADDRESS },
    message: signed,
  };
  return { typedData, payload: { permit2Authorization: { from, ...signed } } };
}

function chainIdOf({ network }: PaymentRequirements): number {
  return Number(network.slice("eip155:".length));
}
