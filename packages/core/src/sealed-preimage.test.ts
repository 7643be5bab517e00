import { expect, it } from "vitest";
import { toHex } from "./bytes.ts";
import { createKeyRing } from "./keys.ts";
import { openPreimage, sealPreimage } from "./sealed-preimage.ts";
import { nodeCrypto as crypto } from "../test-support/node-crypto.ts";

const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const preimage = "ab".repeat(32);
const hash = toHex(crypto.sha256(secret(0xab)));

it("opens what it sealed, also after the key was rotated, and shows nothing of it", () => {
  const sealed = sealPreimage(preimage, hash, createKeyRing([secret(1)], crypto));
  expect(sealed).toMatch(/^[0-9a-f]{64}$/);
  expect(sealed).not.toBe(preimage);
  expect(openPreimage(sealed, hash, createKeyRing([secret(2), secret(1)], crypto), crypto)).toBe(preimage);
});

it("opens nothing with a foreign key, nor what was changed or belongs to another invoice", () => {
  const keys = createKeyRing([secret(1)], crypto);
  const sealed = sealPreimage(preimage, hash, keys);
  expect(openPreimage(sealed, hash, createKeyRing([secret(3)], crypto), crypto)).toBeUndefined();
  expect(openPreimage(`00${sealed.slice(2)}`, hash, keys, crypto)).toBeUndefined();
  expect(openPreimage(sealed, toHex(secret(5)), keys, crypto)).toBeUndefined();
});

it("seals the preimages of two invoices differently", () => {
  const keys = createKeyRing([secret(1)], crypto);
  expect(sealPreimage(preimage, hash, keys)).not.toBe(sealPreimage(preimage, toHex(secret(5)), keys));
});
