import { concatBytes, utf8 } from "../bytes.ts";
import { macaroonField, MacaroonReader } from "./macaroon-reader.ts";
import type { MacaroonV2 } from "./macaroon.ts";

const maxBytes = 8192;

/** Version 2 binary form. @throws RangeError where it would exceed 8 KiB, which no decoder of ours takes. */
export function encodeMacaroon(macaroon: MacaroonV2): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(2)];
  const put = (type: number, data: Uint8Array) => parts.push(Uint8Array.of(type), uvarint(data.length), data);
  const end = () => parts.push(Uint8Array.of(macaroonField.end));
  if (macaroon.location) put(macaroonField.location, utf8(macaroon.location));
  put(macaroonField.identifier, macaroon.identifier);
  end();
  for (const caveat of macaroon.caveats) {
    put(macaroonField.identifier, utf8(caveat));
    end();
  }
  end();
  put(macaroonField.signature, macaroon.signature);
  const bytes = concatBytes(...parts);
  if (bytes.length > maxBytes) throw new RangeError("The macaroon is too long");
  return bytes;
}

/**
 * Strict inverse of {@link encodeMacaroon}: minimal lengths, nothing after the signature, no third-party caveats, at most
 * 8 KiB. Locations of caveats are dropped: no signature covers them.
 */
export function decodeMacaroon(bytes: Uint8Array): MacaroonV2 | undefined {
  if (bytes.length > maxBytes || bytes[0] !== 2) return undefined;
  const reader = new MacaroonReader(bytes, 1);
  const location = reader.optionalText(macaroonField.location);
  const identifier = reader.field(macaroonField.identifier);
  reader.end();
  const caveats: string[] = [];
  while (!reader.failed && reader.peek() !== macaroonField.end) {
    reader.optionalText(macaroonField.location);
    caveats.push(reader.text(macaroonField.identifier));
    reader.end();
  }
  reader.end();
  const signature = reader.field(macaroonField.signature);
  if (reader.failed || !reader.atEnd() || signature.length !== 32) return undefined;
  return { ...(location === undefined ? {} : { location }), identifier, caveats, signature };
}

function uvarint(value: number): Uint8Array {
  return value < 0x80 ? Uint8Array.of(value) : Uint8Array.of((value & 0x7f) | 0x80, value >> 7);
}
