import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, nodeCrypto, verifySignature } from "../node/crypto.ts";
import { webCrypto, webPlatform } from "./platform.ts";

const bytes = (max = 300) => fc.uint8Array({ maxLength: max, size: "max" });

describe("the crypto of runtimes without node:crypto", () => {
  it("hashes as Node does", () => {
    fc.assert(
      fc.property(bytes(), (data) => {
        expect(Buffer.from(webCrypto.sha256(data))).toEqual(Buffer.from(nodeCrypto.sha256(data)));
      }),
    );
  });

  it("authenticates as Node does, keys longer than a block too", () => {
    fc.assert(
      fc.property(bytes(200), bytes(), (key, data) => {
        const [web, node] = [webCrypto.hmac(key), nodeCrypto.hmac(key)];
        for (const message of [data, new Uint8Array(0), data])
          expect(Buffer.from(web(message))).toEqual(Buffer.from(node(message)));
      }),
    );
  });

  it("signs receipts as Node does: the same key, the same name, the same signature", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes(), (seed, data) => {
        const [web, node] = [webPlatform.createSigner(seed), createSigner(seed)];
        expect([web.kid, Buffer.from(web.publicKey)]).toEqual([node.kid, Buffer.from(node.publicKey)]);
        const signature = web.sign(data);
        expect(Buffer.from(signature)).toEqual(Buffer.from(node.sign(data)));
        expect(verifySignature(web.publicKey, signature, data)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("refuses a seed that is none", () => {
    for (const length of [0, 31, 33, 64])
      expect(() => webPlatform.createSigner(new Uint8Array(length))).toThrow(RangeError);
  });

  it("never gives the same random bytes twice", () => {
    const drawn = Array.from({ length: 200 }, () => Buffer.from(webCrypto.randomBytes(16)).toString("hex"));
    expect(new Set(drawn).size).toBe(200);
    expect(webCrypto.randomBytes(7)).toHaveLength(7);
  });
});
