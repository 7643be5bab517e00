import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import vectors from "../vectors/binding.json" with { type: "json" };
import { canonicalBinding, hashBinding, hashScope } from "./binding.ts";

const binding = () =>
  fc.record(
    {
      endpointId: fc.string(),
      method: fc.string(),
      path: fc.string(),
      query: fc.string(),
      bodySha256: fc.string(),
      basis: fc.string(),
    },
    { requiredKeys: ["endpointId", "method", "path"] },
  );

describe("binding", () => {
  it.each(vectors.bindings)("$name", ({ binding: input, canonical, hash }) => {
    expect(canonicalBinding(input)).toBe(canonical);
    expect(hashBinding(input, nodeCrypto)).toBe(hash);
  });
  it("loses nothing: the text reads back as what went in", () => {
    fc.assert(
      fc.property(binding(), (input) => {
        const { endpoint, body_sha256: bodySha256, v, ...rest } = JSON.parse(canonicalBinding(input));
        expect({
          ...rest,
          endpointId: endpoint,
          ...(bodySha256 === undefined ? {} : { bodySha256 }),
        }).toEqual(input);
        expect(v).toBe(1);
      }),
    );
  });
  it("keeps the case of the path, and tells no query from an empty one", () => {
    const base = { endpointId: "e", method: "GET", path: "/a" };
    const hashes = [
      base,
      { ...base, path: "/A" },
      { ...base, query: "" },
      { ...base, method: "POST" },
      { ...base, path: "/%61" },
      { ...base, basis: "" },
      { ...base, basis: "!" },
    ];
    expect(new Set(hashes.map((entry) => hashBinding(entry, nodeCrypto))).size).toBe(7);
  });
  it("of a scope is of no single request", () => {
    const text = JSON.stringify({ endpoint: "e", method: "*", path: "rule_default", v: 1 });
    expect(hashScope("e", "rule_default", nodeCrypto)).toBe(
      Buffer.from(nodeCrypto.sha256(Buffer.from(text))).toString("base64url"),
    );
    // A request's path is empty or starts with a slash, so no request is ever bound like a scope.
    const star = hashBinding({ endpointId: "e", method: "*", path: "/*" }, nodeCrypto);
    expect(new Set([star, hashScope("e", "*", nodeCrypto), hashScope("f", "*", nodeCrypto)]).size).toBe(3);
  });
});
