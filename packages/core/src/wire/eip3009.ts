import { isJsonObject } from "../canonical-json.ts";
import type { Eip3009Proof } from "../offer.ts";
import { badNumbers, malformedProof, readHexBytes, readUint256 } from "./evm-fields.ts";
import type { ProofFault } from "./evm-fields.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

/**
 * Reads the authorization of an x402 v2 `exact` payload, strictly: decimal integers as strings, 20-byte addresses in any
 * case, a 32-byte nonce, a 65-byte signature. Discriminate on `kind`. Whether it pays the requirements is for the rail.
 * @param requirements What the proof answers; pass the opened ones, default is the client's `accepted`.
 */
export function readEip3009Proof(
  payload: PaymentPayload,
  requirements: PaymentRequirements | undefined = payload.accepted,
): Eip3009Proof | ProofFault {
  if (requirements === undefined)
    return malformedProof("The payload names no accepted requirements (x402 v2)");
  if (requirements.scheme !== "exact") return malformedProof("The requirements are not of the scheme exact");
  const { authorization, signature } = payload.payload;
  if (!isJsonObject(authorization)) return malformedProof("payload.authorization is missing");
  const from = readHexBytes(authorization.from, 20);
  const to = readHexBytes(authorization.to, 20);
  const nonce = readHexBytes(authorization.nonce, 32);
  const signed = readHexBytes(signature, 65);
  if (from === undefined || to === undefined) return malformedProof("from and to must be 20-byte addresses");
  if (nonce === undefined) return malformedProof("nonce must be 32 bytes");
  if (signed === undefined)
    return malformedProof("signature must be 65 bytes; contract signatures are not accepted");
  const value = readUint256(authorization.value);
  const validAfter = readUint256(authorization.validAfter);
  const validBefore = readUint256(authorization.validBefore);
  if (value === undefined || validAfter === undefined || validBefore === undefined)
    return badNumbers("value, validAfter and validBefore");
  return {
    kind: "eip3009",
    requirements,
    authorization: { from, to, value, validAfter, validBefore, nonce },
    signature: signed,
  };
}
