import { encodeMacaroon, toHex, utf8 } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macaroons } from "./lnd/testing/macaroons.ts";
import { readMacaroonRights } from "./macaroon-rights.ts";

/** A length-delimited field of a protobuf message. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const size = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Uint8Array.of((number << 3) | 2, ...size, ...bytes);
}

const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const op = (entity: string, ...actions: readonly string[]) =>
  field(3, join(field(1, utf8(entity)), ...actions.map((action) => field(2, utf8(action)))));
const withIdentifier = (identifier: Uint8Array) =>
  toHex(encodeMacaroon({ location: "lnd", identifier, caveats: [], signature: new Uint8Array(32) }));
const bake = (...ops: readonly Uint8Array[]) =>
  withIdentifier(join(Uint8Array.of(3), field(1, new Uint8Array(16)), field(2, utf8("0")), ...ops));

describe("readMacaroonRights", () => {
  it("reads what lnd bakes", () => {
    expect(readMacaroonRights(macaroons.selling)).toEqual({
      allowed: true,
      extra: [],
      missing: [],
      seesInbound: true,
    });
    expect(readMacaroonRights(macaroons.plain)).toMatchObject({ allowed: true, seesInbound: false });
    expect(readMacaroonRights(macaroons.caveats)).toMatchObject({ allowed: true, seesInbound: true });
  });

  it("names each right too many", () => {
    const admin = readMacaroonRights(macaroons.admin);
    expect(admin).toMatchObject({ allowed: false, missing: [] });
    expect(admin?.extra).toEqual(
      expect.arrayContaining(["offchain:write", "onchain:write", "macaroon:generate", "peers:write"]),
    );
    expect(admin?.extra).toHaveLength(17);
    expect(readMacaroonRights(macaroons.invoice)).toEqual({
      allowed: false,
      extra: ["address:read", "address:write", "onchain:read"],
      missing: [],
      seesInbound: false,
    });
    expect(readMacaroonRights(macaroons.readonly)).toMatchObject({
      allowed: false,
      missing: ["invoices:write"],
    });
  });

  it("names what is missing", () => {
    expect(readMacaroonRights(macaroons.readOnlyInvoices)).toMatchObject({
      allowed: false,
      extra: [],
      missing: ["invoices:write"],
    });
    expect(readMacaroonRights(macaroons.inboundOnly)).toMatchObject({
      allowed: false,
      extra: [],
      missing: ["invoices:read", "invoices:write"],
    });
  });

  it("takes an entity's rights from all of its ops, and other names for nothing", () => {
    const split = bake(op("invoices", "read"), op("invoices", "write"));
    expect(readMacaroonRights(split)).toMatchObject({ allowed: true });
    const uri = bake(op("invoices", "read", "write"), op("uri", "/lnrpc.Lightning/SendPaymentSync"));
    expect(readMacaroonRights(uri)).toMatchObject({ extra: ["uri:/lnrpc.Lightning/SendPaymentSync"] });
    expect(readMacaroonRights(bake(op("Invoices", "read", "write")))).toMatchObject({ allowed: false });
  });

  it.each([
    ["nothing", ""],
    ["no hex", "zz"],
    ["half of one", macaroons.selling.slice(0, -2)],
    ["more than one", `${macaroons.selling}00`],
    ["an identifier of another version", withIdentifier(join(Uint8Array.of(2), op("invoices", "read")))],
    ["no rights", bake()],
    ["a field that is not known", bake(op("invoices", "read"), field(4, utf8("more")))],
    ["a number where there is none", bake(Uint8Array.of(0x18, 1))],
    ["an op without its entity", bake(field(3, field(2, utf8("read"))))],
    [
      "an op of two entities",
      bake(field(3, join(field(1, utf8("a")), field(1, utf8("b")), field(2, utf8("read"))))),
    ],
    ["a length beyond its end", bake(Uint8Array.of(0x1a, 50, 1))],
  ])("refuses %s", (_, hex) => {
    expect(readMacaroonRights(hex)).toBeUndefined();
  });

  it("calls no random bytes allowed, and no macaroon with anything beside", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(readMacaroonRights(withIdentifier(bytes))?.allowed ?? false).toBe(false);
      }),
    );
    const word = fc.stringMatching(/^[a-z:/.]{1,20}$/);
    fc.assert(
      fc.property(word, word, (entity, action) => {
        const rights = readMacaroonRights(bake(op("invoices", "read", "write"), op(entity, action)));
        const known = ["invoices:read", "invoices:write", "uri:/lnrpc.Lightning/ChannelBalance"];
        expect(rights?.allowed).toBe(known.includes(`${entity}:${action}`));
      }),
    );
  });
});
