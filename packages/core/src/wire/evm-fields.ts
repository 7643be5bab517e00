import type { Json } from "../canonical-json.ts";

/** Why a payload is not the proof it claims to be: numbers that are not decimal integers are 400, everything else is 402. */
export interface ProofFault {
  readonly kind: "fault";
  readonly problem: "bad_request" | "malformed_credential";
  readonly detail: string;
}

export function malformedProof(detail: string): ProofFault {
  return { kind: "fault", problem: "malformed_credential", detail };
}

export function badNumbers(names: string): ProofFault {
  return { kind: "fault", problem: "bad_request", detail: `${names} must be decimal integers in strings` };
}

/** `0x` and exactly so many bytes, lower-cased. */
export function readHexBytes(value: Json | undefined, bytes: number): string | undefined {
  if (typeof value !== "string" || value.length !== 2 + 2 * bytes || !/^0x[0-9a-f]+$/i.test(value))
    return undefined;
  return value.toLowerCase();
}

const uint256Max = (1n << 256n) - 1n;

/** A decimal integer of at most 256 bits, in a string and in its one spelling. */
export function readUint256(value: Json | undefined): bigint | undefined {
  if (typeof value !== "string" || !/^(0|[1-9]\d{0,77})$/.test(value)) return undefined;
  const number = BigInt(value);
  return number > uint256Max ? undefined : number;
}
