import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Permit2Proof } from "@x402-paywall/core";
import { concatBytes, utf8 } from "@x402-paywall/core";
import { setHex, setUint, typedDataDigest } from "./typed-data.ts";

/** Permit2's own address, the same on every chain. */
export const PERMIT2_ADDRESS = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
/** The contract of x402 that captures for the scheme `upto`, the same on every chain. */
export const UPTO_PROXY_ADDRESS = "0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002";

/** The contract of x402 that captures for the scheme `exact`, the same on every chain. */
export const EXACT_PROXY_ADDRESS = "0x402085c248EeA27D92E8b30b2C58ed07f9E20001";

const PERMISSIONS = "TokenPermissions(address token,uint256 amount)";
const UPTO_WITNESS = "Witness(address to,address facilitator,uint256 validAfter)";
const EXACT_WITNESS = "Witness(address to,uint256 validAfter)";
const DOMAIN_TYPE = hashText("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
const PERMISSIONS_TYPE = hashText(PERMISSIONS);
const UPTO_WITNESS_TYPE = hashText(UPTO_WITNESS);
const EXACT_WITNESS_TYPE = hashText(EXACT_WITNESS);
const UPTO_PERMIT_TYPE = permitType(UPTO_WITNESS);
const EXACT_PERMIT_TYPE = permitType(EXACT_WITNESS);

/**
 * Prepares the digest that a payer signs with Permit2 (EIP-712, `PermitWitnessTransferFrom`): with x402's witness of
 * `upto`, or of `exact` where the facilitator is `null`. Specialised to these structs, as `createEip3009Digest` is.
 * @returns `undefined` where an address is not hexadecimal of its length, or an integer has more than 256 bits.
 */
export function createPermit2Digest(
  chainId: bigint,
): (authorization: Permit2Proof["authorization"]) => Uint8Array | undefined {
  const separator = domainSeparator(chainId);
  return (authorization) => {
    const permitted = new Uint8Array(3 * 32);
    const witness = hashWitness(authorization);
    const struct = new Uint8Array(6 * 32);
    permitted.set(PERMISSIONS_TYPE, 0);
    struct.set(authorization.facilitator === null ? EXACT_PERMIT_TYPE : UPTO_PERMIT_TYPE, 0);
    const ok =
      setHex(permitted, 32, authorization.token, 20) &&
      setUint(permitted, 64, authorization.amount) &&
      setHex(struct, 64, authorization.spender, 20) &&
      setUint(struct, 96, authorization.nonce) &&
      setUint(struct, 128, authorization.deadline);
    if (!ok || witness === undefined) return undefined;
    struct.set(keccak_256(permitted), 32);
    struct.set(witness, 160);
    return typedDataDigest(separator, struct);
  };
}

function hashWitness({ to, facilitator, validAfter }: Permit2Proof["authorization"]): Uint8Array | undefined {
  const struct = new Uint8Array((facilitator === null ? 3 : 4) * 32);
  struct.set(facilitator === null ? EXACT_WITNESS_TYPE : UPTO_WITNESS_TYPE, 0);
  const ok =
    setHex(struct, 32, to, 20) &&
    (facilitator === null || setHex(struct, 64, facilitator, 20)) &&
    setUint(struct, struct.length - 32, validAfter);
  return ok ? keccak_256(struct) : undefined;
}

function permitType(witness: string): Uint8Array {
  return hashText(
    `PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)${PERMISSIONS}${witness}`,
  );
}

function domainSeparator(chainId: bigint): Uint8Array {
  const tail = new Uint8Array(64);
  if (!setUint(tail, 0, chainId) || !setHex(tail, 32, PERMIT2_ADDRESS, 20)) {
    throw new RangeError("The chain id is not valid");
  }
  return keccak_256(concatBytes(DOMAIN_TYPE, hashText("Permit2"), tail));
}

function hashText(text: string): Uint8Array {
  return keccak_256(utf8(text));
}
