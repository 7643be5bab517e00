import { createRequire } from "node:module";
import bolt11 from "bolt11";
import * as fc from "fast-check";
import { decode as lightDecode } from "light-bolt11-decoder";
import { describe, expect, it } from "vitest";
import { fakeSign, makeInvoice, now, paymentHash } from "../../test-support/fixtures.ts";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { fromHex, toHex } from "../bytes.ts";
import { bytesToWords, decodeBech32, encodeBech32, wordsToBytes } from "./bech32.ts";
import { decodeBolt11, readBolt11Payment } from "./bolt11.ts";
import { encodeBolt11 } from "./encode-bolt11.ts";
import type { Bolt11Fields } from "./encode-bolt11.ts";

/** Examples of BOLT 11 itself; all signed by the key e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db734. */
const published = {
  donation:
    "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql",
  coffee:
    "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh",
};

const fields = (): fc.Arbitrary<Bolt11Fields> =>
  fc.record({
    prefix: fc.constantFrom("bc", "tb", "tbs", "bcrt"),
    amountMsat: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    timestamp: fc.integer({ min: 0, max: 2 ** 35 - 1 }),
    expirySeconds: fc.integer({ min: 1, max: 10 ** 9 }),
    paymentHash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
    paymentSecret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
    description: fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => text.isWellFormed()),
    minFinalCltv: fc.integer({ min: 1, max: 1000 }),
  });

describe("decodeBolt11", () => {
  it("reads the examples of the specification", () => {
    const hash = "0001020304050607080900010203040506070809000102030405060708090102";
    expect(decodeBolt11(published.donation)).toMatchObject({
      prefix: "bc",
      timestamp: 1_496_314_658,
      paymentHash: hash,
      paymentSecret: "11".repeat(32),
      description: "Please consider supporting this project",
      expirySeconds: 3600,
      minFinalCltv: 18,
    });
    expect(decodeBolt11(published.donation)?.amountMsat).toBeUndefined();
    const coffee = decodeBolt11(published.coffee.toUpperCase());
    expect(coffee).toMatchObject({
      amountMsat: 250_000_000n,
      description: "1 cup coffee",
      expirySeconds: 60,
    });
  });
  it("tells payers the same", () => {
    for (const text of [published.donation, published.coffee, "lnbc1x"]) {
      const whole = decodeBolt11(text);
      const payment = readBolt11Payment(text);
      expect(payment === undefined).toBe(whole === undefined);
      if (payment !== undefined) expect(whole).toMatchObject(payment);
    }
    expect(readBolt11Payment(published.coffee)).toMatchObject({
      amountMsat: 250_000_000n,
      expirySeconds: 60,
    });
  });
  it("hands out what was signed: the example's own digest", () => {
    const decoded = decodeBolt11(published.coffee);
    const { recoverPublicKey } = createSecp();
    const digest = nodeCrypto.sha256(decoded?.signedData ?? new Uint8Array());
    expect(recoverPublicKey(digest, decoded?.signature ?? new Uint8Array(), decoded?.recoveryId ?? 0)).toBe(
      "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad",
    );
  });
  it.each([
    ["a checksum that is wrong", published.coffee.replace("pfna3rh", "pfna3rq")],
    ["mixed case", published.coffee.replace("lnbc", "LNBC")],
    ["an unknown network", encodeBech32({ prefix: "lnxy1u", words: wordsOf(published.coffee) })],
    [
      "an amount with a leading zero",
      encodeBech32({ prefix: "lnbc0100u", words: wordsOf(published.coffee) }),
    ],
    ["a tenth of a millisatoshi", encodeBech32({ prefix: "lnbc5p", words: wordsOf(published.coffee) })],
    ["no fields", encodeBech32({ prefix: "lnbc1u", words: wordsOf(published.coffee).slice(-104) })],
    [
      "a field that is longer than the rest",
      encodeBech32({
        prefix: "lnbc1u",
        words: [
          ...wordsOf(published.coffee).slice(0, 7),
          1,
          31,
          31,
          ...wordsOf(published.coffee).slice(-104),
        ],
      }),
    ],
    [
      "an unknown field at the end that is longer than the rest",
      encodeBech32({
        prefix: "lnbc1u",
        words: [
          ...wordsOf(published.coffee).slice(0, -104),
          2,
          31,
          31,
          ...wordsOf(published.coffee).slice(-104),
        ],
      }),
    ],
    ["more than 4096 characters", `lnbc1${"q".repeat(5000)}`],
    ["nothing", ""],
  ])("refuses %s", (_name, text) => {
    expect(decodeBolt11(text)).toBeUndefined();
  });
});

describe("a damaged invoice", () => {
  it("is refused for each single wrong character", () => {
    for (let at = 4; at < published.coffee.length; at++) {
      const changed =
        published.coffee.slice(0, at) +
        (published.coffee[at] === "q" ? "p" : "q") +
        published.coffee.slice(at + 1);
      expect(decodeBolt11(changed)).toBeUndefined();
    }
  });
  it("never throws on garbage, also under a right checksum", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeBolt11(text)));
    const words = fc.array(fc.nat(31), { maxLength: 400 });
    fc.assert(
      fc.property(words, (list) => void decodeBolt11(encodeBech32({ prefix: "lnbcrt10n", words: list }))),
    );
  });
});

describe("encodeBolt11", () => {
  it("round trips", () => {
    fc.assert(
      fc.property(fields(), (input) => {
        const decoded = decodeBolt11(encodeBolt11(input, fakeSign, nodeCrypto));
        expect(decoded).toMatchObject(input);
        expect(toHex(decoded?.signature.slice(0, 32) ?? new Uint8Array())).toBe(
          toHex(nodeCrypto.sha256(decoded?.signedData ?? new Uint8Array())),
        );
      }),
    );
  });
  it("is read alike by light-bolt11-decoder", () => {
    fc.assert(
      fc.property(fields(), (input) => {
        const text = encodeBolt11(input, fakeSign, nodeCrypto);
        const sections = new Map(
          lightDecode(text).sections.map((section) => [
            section.name,
            "value" in section ? section.value : undefined,
          ]),
        );
        expect(sections.get("amount")).toBe(input.amountMsat.toString());
        expect(sections.get("timestamp")).toBe(input.timestamp);
        expect(sections.get("payment_hash")).toBe(input.paymentHash);
        expect(sections.get("payment_secret")).toBe(input.paymentSecret);
        expect(sections.get("description")).toBe(input.description);
        expect(sections.get("expiry")).toBe(input.expirySeconds);
        expect(sections.get("min_final_cltv_expiry")).toBe(input.minFinalCltv);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the package bolt11", () => {
  it("signs what we read, and finds the key that signed what we write", () => {
    const network = { bech32: "bcrt", pubKeyHash: 0x6f, scriptHash: 0xc4, validWitnessVersions: [0, 1] };
    const privateKey = "e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db734";
    const { sign } = createSecp();
    const text = encodeBolt11(
      {
        prefix: "bcrt",
        amountMsat: 1_234_000n,
        timestamp: now,
        expirySeconds: 600,
        paymentHash,
        paymentSecret: "22".repeat(32),
        description: "cross-check",
      },
      (digest) => sign(digest, privateKey),
      nodeCrypto,
    );
    const theirs = bolt11.decode(text, network);
    expect(theirs.payeeNodeKey).toBe("03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad");
    expect(theirs).toMatchObject({ millisatoshis: "1234000", timestamp: now, complete: true });
    expect(theirs.tagsObject).toMatchObject({
      payment_hash: paymentHash,
      expire_time: 600,
      description: "cross-check",
    });
    expect(theirs.tagsObject.feature_bits).toMatchObject({
      var_onion_optin: { required: true },
      payment_secret: { required: true },
    });
    const signed = bolt11.sign(
      bolt11.encode({
        network,
        millisatoshis: "777000",
        timestamp: now,
        tags: [
          { tagName: "payment_hash", data: paymentHash },
          { tagName: "payment_secret", data: "33".repeat(32) },
          { tagName: "description", data: "theirs" },
        ],
      }),
      privateKey,
    );
    expect(decodeBolt11(signed.paymentRequest ?? "")).toMatchObject({
      prefix: "bcrt",
      amountMsat: 777_000n,
      paymentHash,
      description: "theirs",
    });
  });
});

describe("amounts", () => {
  it.each([
    [1n, "10p"],
    [100n, "1n"],
    [1000n, "10n"],
    [10_000n, "100n"],
    [100_000n, "1u"],
    [100_000_000n, "1m"],
    [100_000_000_000n, "1"],
  ])("writes %d msat as %s", (amountMsat, amount) => {
    expect(makeInvoice({ amountMsat })).toMatch(new RegExp(`^lnbcrt${amount}1`));
  });
  it("refuses what cannot be paid", () => {
    expect(() => makeInvoice({ amountMsat: 0n })).toThrow(RangeError);
    expect(() => makeInvoice({ paymentHash: "ab" })).toThrow(RangeError);
  });
});

describe("bech32", () => {
  it("round trips", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9]{1,20}$/),
        fc.uint8Array({ maxLength: 200 }),
        (prefix, data) => {
          const decoded = decodeBech32(encodeBech32({ prefix, words: bytesToWords(data) }));
          expect(decoded?.prefix).toBe(prefix);
          expect(wordsToBytes(decoded?.words ?? [])).toEqual(data);
        },
      ),
    );
  });
  it.each([
    "A12UEL5L",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "?1ezyfcl",
  ])("takes %.30s of BIP 173", (text) => {
    expect(decodeBech32(text)).toBeDefined();
  });
  it.each([
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "\u00801eym55h",
  ])("refuses %j of BIP 173", (text) => {
    expect(decodeBech32(text)).toBeUndefined();
  });
});

function wordsOf(text: string): readonly number[] {
  return decodeBech32(text)?.words ?? [];
}

/** secp256k1 as the package `bolt11` brings it. */
function createSecp() {
  const secp: {
    ecdsaSign(digest: Uint8Array, key: Uint8Array): { signature: Uint8Array; recid: number };
    ecdsaRecover(
      signature: Uint8Array,
      recoveryId: number,
      digest: Uint8Array,
      compressed: boolean,
    ): Uint8Array;
  } = createRequire(createRequire(import.meta.url).resolve("bolt11"))("secp256k1");
  return {
    sign: (digest: Uint8Array, key: string) => {
      const { signature, recid } = secp.ecdsaSign(digest, fromHex(key) ?? new Uint8Array());
      return { signature, recoveryId: recid };
    },
    recoverPublicKey: (digest: Uint8Array, signature: Uint8Array, recoveryId: number) =>
      toHex(secp.ecdsaRecover(signature, recoveryId, digest, true)),
  };
}
