/** RFC 4648 section 4, padded. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // Chunks, because an argument list has an engine-dependent limit.
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(binary);
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Strict decoder for what clients send: standard or url alphabet (not mixed), padded or not.
 * @returns `undefined` for anything else, also for white space and for non-zero bits after the last byte.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return decode(text);
  return fromBase64Url(text);
}

/** As {@link fromBase64}, url alphabet only. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*={0,2}$/.test(text)) return undefined;
  return decode(text.replaceAll("-", "+").replaceAll("_", "/"));
}

function decode(text: string): Uint8Array | undefined {
  const bare = text.replace(/=+$/, "");
  if (bare.length % 4 === 1) return undefined;
  if (bare.length !== text.length && text.length % 4 !== 0) return undefined;
  const binary = atob(bare);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  // One payload must have one spelling: the bits that the last character has to spare are zero.
  const tail = bare.length % 4;
  if (tail !== 0 && toBase64(bytes.subarray(bytes.length - (tail - 1))).slice(0, tail) !== bare.slice(-tail))
    return undefined;
  return bytes;
}
