import { type Jwks, type Receipt, verifyReceipt } from "@x402-paywall/core";
import { verifySignature } from "@x402-paywall/proxy/node";

export type CheckedReceipt =
  | { readonly kind: "genuine"; readonly receipt: Receipt }
  | { readonly kind: "false"; readonly why: string };

/** Whether one of the keys signed the receipt (compact JWS, EdDSA), and what it says. */
export async function checkReceipt(jws: string, jwks: Jwks): Promise<CheckedReceipt> {
  const receipt = await verifyReceipt(jws, jwks, verifySignature);
  if (receipt !== undefined) return { kind: "genuine", receipt };
  const kid = readKid(jws);
  if (kid === undefined) return { kind: "false", why: "it is no receipt: not three parts with a header" };
  const known = jwks.keys.some((key) => key.kid === kid);
  return {
    kind: "false",
    why: known
      ? "its signature does not fit to what it says"
      : "it was signed with a key that is not published",
  };
}

function readKid(jws: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString());
    return typeof header === "object" && header !== null && "kid" in header ? String(header.kid) : undefined;
  } catch {
    return undefined;
  }
}
