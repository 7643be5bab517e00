import { isJsonObject } from "../canonical-json.ts";
import type { Json } from "../canonical-json.ts";
import type { Eip3009Proof } from "../offer.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

/** Why a payload is not an EIP-3009 proof: numbers that are not decimal integers are 400, everything else is 402. */
export interface Eip3009Fault {
  readonly kind: "fault";
  readonly problem: "bad_request" | "malformed_credential";
  readonly detail: string;
}

const uint256Max = (1n << 256n) - 1n;

/**
 * Reads the authorization of an x402 v2 `exact` payload, strictly: decimal integers as strings, 20-byte addresses in any
 * case, a 32-byte nonce, a 65-byte signature. Discriminate on `kind`. Whether it pays the requirements is for the rail.
 * @param requirements What the proof answers; pass the opened ones, default is the client's `accepted`.
 */
export function readEip3009Proof(
  payload: PaymentPayload,
  requirements: PaymentRequirements | undefined = payload.accepted,
): Eip3009Proof | Eip3009Fault {
  if (requirements === undefined) return malformed("The payload names no accepted requirements (x402 v2)");
  if (requirements.scheme !== "exact") return malformed("Only the scheme exact is offered");
  const { authorization, signature } = payload.payload;
  if (!isJsonObject(authorization)) return malformed("payload.authorization is missing");
  const from = readHex(authorization.from, 20);
  const to = readHex(authorization.to, 20);
  const nonce = readHex(authorization.nonce, 32);
  const signed = readHex(signature, 65);
  if (from === undefined || to === undefined) return malformed("from and to must be 20-byte addresses");
  if (nonce === undefined) return malformed("nonce must be 32 bytes");
  if (signed === undefined)
    return malformed("signature must be 65 bytes; contract signatures are not accepted");
  const value = readUint256(authorization.value);
  const validAfter = readUint256(authorization.validAfter);
  const validBefore = readUint256(authorization.validBefore);
  if (value === undefined || validAfter === undefined || validBefore === undefined) {
    const detail = "value, validAfter and validBefore must be decimal integers in strings";
    return { kind: "fault", problem: "bad_request", detail };
  }
  return {
    kind: "eip3009",
    requirements,
    authorization: { from, to, value, validAfter, validBefore, nonce },
    signature: signed,
  };
}

function malformed(detail: string): Eip3009Fault {
  return { kind: "fault", problem: "malformed_credential", detail };
}

/** `0x` and exactly so many bytes, lower-cased. */
function readHex(value: Json | undefined, bytes: number): string | undefined {
  if (typeof value !== "string" || value.length !== 2 + 2 * bytes || !/^0x[0-9a-f]+$/i.test(value))
    return undefined;
  return value.toLowerCase();
}

function readUint256(value: Json | undefined): bigint | undefined {
  if (typeof value !== "string" || !/^(0|[1-9]\d{0,77})$/.test(value)) return undefined;
  const number = BigInt(value);
  return number > uint256Max ? undefined : number;
}
