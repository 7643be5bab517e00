import { schnorr } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, isJsonObject, toHex, utf8 } from "@x402-paywall/core";

/** NIP-01. */
export interface NostrEvent {
  readonly id: string;
  readonly pubkey: string;
  /** Unix seconds. */
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
  readonly sig: string;
}

/** `#e` and the like: one of the values in a tag of that name. */
export interface NostrFilter {
  readonly kinds?: readonly number[];
  readonly authors?: readonly string[];
  readonly [tag: `#${string}`]: readonly string[] | undefined;
}

/** An event whose author has signed it; `undefined` for anything else. */
export function readSignedEvent(value: unknown): NostrEvent | undefined {
  if (!isEvent(value)) return undefined;
  const { id, pubkey, created_at: createdAt, kind, tags, content, sig } = value;
  const hash = sha256(utf8(JSON.stringify([0, pubkey, createdAt, kind, tags, content])));
  if (toHex(hash) !== id) return undefined;
  try {
    return schnorr.verify(fromHex(sig) ?? hash, hash, fromHex(pubkey) ?? hash) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A relay may send something else than it was asked for. */
export function matchesFilter(event: NostrEvent, filter: NostrFilter): boolean {
  if (filter.kinds?.includes(event.kind) === false) return false;
  if (filter.authors?.includes(event.pubkey) === false) return false;
  return Object.entries(filter).every(([name, values]: [string, unknown]) => {
    if (!name.startsWith("#") || !Array.isArray(values)) return true;
    return event.tags.some(([tag, value]) => `#${tag}` === name && values.includes(value));
  });
}

function isEvent(value: unknown): value is NostrEvent {
  if (!isJsonObject(value)) return false;
  const { id, pubkey, created_at: createdAt, kind, tags, content, sig } = value;
  if (![id, pubkey, content, sig].every((text) => typeof text === "string")) return false;
  if (!Number.isSafeInteger(createdAt) || !Number.isSafeInteger(kind) || !Array.isArray(tags)) return false;
  return tags.every((tag: unknown) => Array.isArray(tag) && tag.every((text) => typeof text === "string"));
}
