import { isJsonObject } from "../canonical-json.ts";
import type { JsonObject } from "../canonical-json.ts";
import type { Permit2Proof } from "../offer.ts";
import { badNumbers, malformedProof, readHexBytes, readUint256 } from "./evm-fields.ts";
import type { ProofFault } from "./evm-fields.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

/**
 * Reads the permit of an x402 v2 payload (Permit2 `PermitWitnessTransferFrom`), as strictly as `readEip3009Proof`:
 * decimal integers of 256 bits as strings, 20-byte addresses in any case, a 65-byte signature. The scheme of the
 * requirements says which witness was signed: that of `upto` names a facilitator, that of `exact` does not.
 * Discriminate on `kind`. Whether it pays the requirements is for the rail.
 * @param requirements What the proof answers; pass the opened ones, default is the client's `accepted`.
 */
export function readPermit2Proof(
  payload: PaymentPayload,
  requirements: PaymentRequirements | undefined = payload.accepted,
): Permit2Proof | ProofFault {
  if (requirements === undefined)
    return malformedProof("The payload names no accepted requirements (x402 v2)");
  const { permit2Authorization, signature } = payload.payload;
  if (!isJsonObject(permit2Authorization)) return malformedProof("payload.permit2Authorization is missing");
  const { permitted, witness } = permit2Authorization;
  if (!isJsonObject(permitted) || !isJsonObject(witness))
    return malformedProof("permit2Authorization needs permitted and witness");
  const facilitator = requirements.scheme === "exact" ? null : readHexBytes(witness.facilitator, 20);
  if (facilitator === undefined) return malformedProof("witness.facilitator must be a 20-byte address");
  const authorization = readPermit(permit2Authorization, permitted, witness, facilitator);
  if ("kind" in authorization) return authorization;
  const signed = readHexBytes(signature, 65);
  if (signed === undefined)
    return malformedProof("signature must be 65 bytes; contract signatures are not accepted");
  return { kind: "permit2", requirements, authorization, signature: signed };
}

function readPermit(
  permit: JsonObject,
  permitted: JsonObject,
  witness: JsonObject,
  facilitator: string | null,
): Permit2Proof["authorization"] | ProofFault {
  const from = readHexBytes(permit.from, 20);
  const spender = readHexBytes(permit.spender, 20);
  const token = readHexBytes(permitted.token, 20);
  const to = readHexBytes(witness.to, 20);
  if (from === undefined || spender === undefined || token === undefined)
    return malformedProof("from, spender and permitted.token must be 20-byte addresses");
  if (to === undefined) return malformedProof("witness.to must be a 20-byte address");
  const amount = readUint256(permitted.amount);
  const nonce = readUint256(permit.nonce);
  const deadline = readUint256(permit.deadline);
  const validAfter = readUint256(witness.validAfter);
  if (amount === undefined || nonce === undefined || deadline === undefined || validAfter === undefined)
    return badNumbers("permitted.amount, nonce, deadline and witness.validAfter");
  return { from, token, amount, spender, nonce, deadline, to, facilitator, validAfter };
}
