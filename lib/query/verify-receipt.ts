import { type Jwks, type Receipt, verifyReceipt } from "@x402-paywall/core";
import type { ReceiptDetailDto } from "./dto.ts";

export type ReceiptCheck =
  | { readonly outcome: "valid"; readonly receipt: Receipt; readonly kid: string }
  | { readonly outcome: "invalid" }
  /** No keys, or a browser without Ed25519: nothing is said about the receipt. */
  | { readonly outcome: "unavailable"; readonly reason: string };

/** Ed25519 through WebCrypto: the check runs in this browser, not on the server that signed. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(publicKey), { name: "Ed25519" }, false, [
    "verify",
  ]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, Uint8Array.from(signature), Uint8Array.from(data));
}

function isJwks(value: unknown): value is Jwks {
  return typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys);
}

function readKid(jws: string): string {
  const header: unknown = JSON.parse(
    atob((jws.split(".")[0] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
  );
  return typeof header === "object" && header !== null && "kid" in header ? String(header.kid) : "";
}

/** The page shows the fields beside the signature: they must be those that were signed. */
function says(signed: Receipt, shown: ReceiptCheckInput): boolean {
  return (
    signed.id === shown.id && signed.amount === BigInt(shown.amount) && signed.reference === shown.reference
  );
}

type ReceiptCheckInput = Pick<ReceiptDetailDto, "jws" | "id" | "amount" | "reference">;

/** Checks the signature against the published keys, and the shown fields against the signed ones. Never throws. */
export async function checkReceipt(
  shown: ReceiptCheckInput,
  load: () => Promise<unknown>,
): Promise<ReceiptCheck> {
  let keys: unknown;
  try {
    keys = await load();
  } catch {
    return {
      outcome: "unavailable",
      reason: "The public keys could not be loaded. Try again when you are online.",
    };
  }
  if (!isJwks(keys)) return { outcome: "unavailable", reason: "The server did not send a key set." };
  try {
    const receipt = await verifyReceipt(shown.jws, keys, verifyEd25519);
    if (!receipt || !says(receipt, shown)) return { outcome: "invalid" };
    return { outcome: "valid", receipt, kid: readKid(shown.jws) };
  } catch {
    return {
      outcome: "unavailable",
      reason: "This browser cannot check Ed25519 signatures. Update it, or check with any JOSE library.",
    };
  }
}

export async function loadKeys(): Promise<unknown> {
  const response = await fetch("/.well-known/jwks.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`jwks.json answered ${response.status}`);
  return response.json();
}
