import type { Eip3009Proof, Permit2Proof } from "../offer.ts";
import { readEip3009Proof } from "./eip3009.ts";
import type { ProofFault } from "./evm-fields.ts";
import { readPermit2Proof } from "./permit2.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

/**
 * Reads the proof of an x402 payload by the scheme of the requirements that it answers: `exact` is EIP-3009, `upto` is
 * Permit2. Discriminate on `kind`.
 * @param requirements The opened ones; default is the client's `accepted`.
 */
export function readEvmProof(
  payload: PaymentPayload,
  requirements: PaymentRequirements | undefined = payload.accepted,
): Eip3009Proof | Permit2Proof | ProofFault {
  return requirements?.scheme === "upto"
    ? readPermit2Proof(payload, requirements)
    : readEip3009Proof(payload, requirements);
}
