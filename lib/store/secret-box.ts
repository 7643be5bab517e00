import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";

/** The place a secret belongs to. It is authenticated: a sealed value that is moved to another row does not open. */
export interface SecretPlace {
  readonly workspaceId: string;
  /** Id of the row: `ep_…`. */
  readonly rowId: string;
  /** Column: `upstream_headers`. */
  readonly field: string;
}

export interface Sealed {
  /** 12 bytes of nonce, 16 of tag, then the ciphertext (AES-256-GCM). */
  readonly bytes: Uint8Array;
  readonly keyId: string;
}

/** Seals with the first key; opens with whichever key the row names. */
export interface SecretBox {
  /** Of the key that seals now; rows with another one are due for sealing again. */
  readonly keyId: string;
  seal(plain: string, place: SecretPlace): Sealed;
  /** @throws Error when the key is gone, or the bytes were changed or belong to another place */
  open(sealed: Sealed, place: SecretPlace): string;
}

/** @param secrets the instance's secrets, the current one first; each at least 32 bytes */
export function createSecretBox(secrets: readonly [Uint8Array, ...Uint8Array[]]): SecretBox {
  const [current, ...previous] = secrets;
  const sealing = deriveKey(current);
  const keys = new Map([sealing, ...previous.map(deriveKey)].toReversed().map(({ id, key }) => [id, key]));
  return {
    keyId: sealing.id,
    seal: (plain, place) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", sealing.key, nonce).setAAD(encodePlace(place));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return { bytes: Buffer.concat([nonce, cipher.getAuthTag(), body]), keyId: sealing.id };
    },
    open: ({ bytes, keyId }, place) => {
      const key = keys.get(keyId);
      if (key === undefined)
        throw new Error(`Sealed with the key ${keyId}, which SECRET_KEY does not hold any more`);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(encodePlace(place)).setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
    },
  };
}

function deriveKey(secret: Uint8Array): { readonly id: string; readonly key: Buffer } {
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync("sha256", secret, "", `x402-paywall/${info}/v1`, length));
  return { id: derive("secret-box-key-id", 9).toString("base64url"), key: derive("secret-box", 32) };
}

// JSON, not a join: no two places share one encoding.
function encodePlace({ workspaceId, rowId, field }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([workspaceId, rowId, field]));
}

type Headers = readonly (readonly [name: string, value: string])[];
const headersShape = z.array(z.tuple([z.string(), z.string()]));

function headersPlace(workspaceId: string, endpointId: string): SecretPlace {
  return { workspaceId, rowId: endpointId, field: "upstream_headers" };
}

/** For the columns `upstream_headers` and `upstream_headers_key_id`. */
export function sealUpstreamHeaders(
  box: SecretBox,
  workspaceId: string,
  endpointId: string,
  headers: Headers,
): Sealed {
  return box.seal(JSON.stringify(headers), headersPlace(workspaceId, endpointId));
}

/** The reverse of {@link sealUpstreamHeaders}. */
export function openUpstreamHeaders(
  box: SecretBox,
  workspaceId: string,
  endpointId: string,
  sealed: Sealed,
): Headers {
  return headersShape.parse(JSON.parse(box.open(sealed, headersPlace(workspaceId, endpointId))));
}
