const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
// Marked for bundlers: a browser that only decodes does without them.
const standard = /* @__PURE__ */ pairs("+/");
const url = /* @__PURE__ */ pairs("-_");

/** RFC 4648 section 4, padded. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, standard);
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, url);
}

/** All pairs of letters by their 12 bits: three bytes are two lookups, which beats `btoa` for what headers carry. */
function pairs(last: string): readonly string[] {
  const alphabet = letters + last;
  return Array.from({ length: 4096 }, (_, bits) => `${alphabet[bits >> 6]}${alphabet[bits & 63]}`);
}

function encode(bytes: Uint8Array, table: readonly string[]): string {
  let text = "";
  const whole = bytes.length - (bytes.length % 3);
  for (let i = 0; i < whole; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += `${table[bits >> 12]}${table[bits & 4095]}`;
  }
  if (whole === bytes.length) return text;
  const bits = ((bytes[whole] ?? 0) << 16) | ((bytes[whole + 1] ?? 0) << 8);
  const tail = `${table[bits >> 12]}${table[bits & 4095]}`;
  return text + tail.slice(0, bytes.length - whole + 1);
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
  if (tail !== 0 && btoa(binary.slice(1 - tail)).slice(0, tail) !== bare.slice(-tail)) return undefined;
  return bytes;
}
