import type { Eip3009Proof, Permit2Proof } from "../offer.ts";
import { readEip3009Proof } from "./eip3009.ts";
import { malformedProof } from "./evm-fields.ts";
import type { ProofFault } from "./evm-fields.ts";
import { readPermit2Proof } from "./permit2.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

/**
 * Reads the proof of an x402 payload by the scheme of the requirements that it answers: `upto` is Permit2; `exact` is
 * EIP-3009, or Permit2 where the payload has a permit and no authorization. Discriminate on `kind`.
 * @param requirements The opened ones; default is the client's `accepted`.
 */
export function readEvmProof(
  payload: PaymentPayload,
  requirements: PaymentRequirements | undefined = payload.accepted,
): Eip3009Proof | Permit2Proof | ProofFault {
  if (requirements?.scheme === "upto") return readPermit2Proof(payload, requirements);
  const { authorization, permit2Authorization } = payload.payload;
  if (permit2Authorization === undefined) return readEip3009Proof(payload, requirements);
  // Two payments with one signature: whoever settles might read the other one than was verified.
  if (authorization !== undefined)
    return malformedProof("The payload has both authorization and permit2Authorization");
  return readPermit2Proof(payload, requirements);
}
