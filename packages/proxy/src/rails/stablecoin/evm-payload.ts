import type { Eip3009Proof, JsonObject, PaymentRequirements, Permit2Proof } from "@x402-paywall/core";
import { checksumAddress } from "../../evm/address.ts";
import type { FacilitatorRequest } from "./facilitator-client.ts";

/**
 * A proof in the words of the facilitator protocol, always v2 and made anew out of what was verified: nothing that a client
 * sent beside it reaches the facilitator.
 * @param amount Atomic units to move.
 */
export function toFacilitatorRequest(proof: Eip3009Proof | Permit2Proof, amount: bigint): FacilitatorRequest {
  const { requirements } = proof;
  if (proof.kind === "eip3009") {
    // Who pays more than the price is asked for all that was signed: an authorization moves whole.
    const accepted = withAmount(requirements, proof.authorization.value);
    return { payload: transferPayload(proof), accepted, requirements: accepted };
  }
  const accepted = withAmount(requirements, proof.authorization.amount);
  return { payload: permitPayload(proof), accepted, requirements: withAmount(requirements, amount) };
}

function withAmount(requirements: PaymentRequirements, amount: bigint): PaymentRequirements {
  return { ...requirements, amount: amount.toString() };
}

function transferPayload({ authorization, signature }: Eip3009Proof): JsonObject {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  return {
    signature,
    authorization: {
      from: checksumAddress(from),
      to: checksumAddress(to),
      value: value.toString(),
      validAfter: validAfter.toString(),
      validBefore: validBefore.toString(),
      nonce,
    },
  };
}

function permitPayload({ authorization, signature }: Permit2Proof): JsonObject {
  const { from, token, amount, spender, nonce, deadline, to, facilitator, validAfter } = authorization;
  return {
    signature,
    permit2Authorization: {
      from: checksumAddress(from),
      permitted: { token: checksumAddress(token), amount: amount.toString() },
      spender: checksumAddress(spender),
      nonce: nonce.toString(),
      deadline: deadline.toString(),
      witness: {
        to: checksumAddress(to),
        ...(facilitator === null ? {} : { facilitator: checksumAddress(facilitator) }),
        validAfter: validAfter.toString(),
      },
    },
  };
}
