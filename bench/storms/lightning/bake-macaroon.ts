import { randomBytes } from "node:crypto";
import { encodeMacaroon, mintMacaroon, toHex, utf8 } from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";

/** As `lncli bakemacaroon invoices:read invoices:write` makes one, hex. */
export function bakeMacaroon(): string {
  const op = Buffer.concat([field(1, utf8("invoices")), field(2, utf8("read")), field(2, utf8("write"))]);
  const id = [field(1, randomBytes(16)), field(2, utf8("0")), field(3, op)];
  // The bakery's third version of identifiers.
  const identifier = new Uint8Array(Buffer.concat([Buffer.from([3]), ...id]));
  const rootKey = new Uint8Array(randomBytes(32));
  return toHex(
    encodeMacaroon(mintMacaroon({ rootKey, identifier, location: "lnd", caveats: [] }, nodeCrypto)),
  );
}

/** A field of protobuf with a length. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
