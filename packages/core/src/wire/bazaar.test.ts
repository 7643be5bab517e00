import {
  extractDiscoveryInfo,
  validateAndExtract,
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
} from "@x402/extensions/bazaar";
import type { DiscoveryExtension } from "@x402/extensions/bazaar";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmOffer } from "../../test-support/fixtures.ts";
import type { JsonObject } from "../canonical-json.ts";
import { bazaarExtension, mediaType } from "./bazaar.ts";
import type { DiscoveredResource } from "./bazaar.ts";
import { formatPaymentPayload, parsePaymentPayload } from "./x402.ts";

/** As a client or a discovery service has it, after JSON. */
function extensionOf(resource: DiscoveredResource): DiscoveryExtension & Record<string, unknown> {
  const extension = bazaarExtension(resource);
  if (extension === undefined) throw new Error("no extension");
  return JSON.parse(JSON.stringify(extension));
}
const sampleOf = (body: string, contentType = "application/json") => ({ contentType, body });
const exampleOf = (sample: DiscoveredResource["sample"]) =>
  extensionOf({ method: "GET", ...(sample && { sample }) }).info.output;

describe("the extension bazaar", () => {
  it.each(["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"])(
    "is valid to the official package for %s",
    (method) => {
      for (const sample of [undefined, sampleOf('{"temperature":21}'), sampleOf("sunny", "text/plain")]) {
        const extension = extensionOf({ method, ...(sample && { sample }) });
        expect(validateDiscoveryExtension(extension)).toEqual({ valid: true });
        expect(validateDiscoveryExtensionSpec(extension)).toEqual({ valid: true });
        expect(validateAndExtract(extension).info?.input).toMatchObject({ type: "http", method });
      }
    },
  );

  it("says the method in its schema too: that of another one is not valid", () => {
    const extension = extensionOf({ method: "POST" });
    const forged = {
      ...extension,
      info: { ...extension.info, input: { ...extension.info.input, method: "PUT" } },
    };
    expect(validateDiscoveryExtension(forged as DiscoveryExtension).valid).toBe(false);
  });

  it("is not there for what it has no word for", () => {
    for (const method of ["OPTIONS", "PROPFIND", "get", "", "__proto__"])
      expect(bazaarExtension({ method })).toBeUndefined();
  });

  it("catalogues what a stock client echoes", () => {
    const found = extractDiscoveryInfo(
      {
        x402Version: 2,
        resource: {
          url: "https://content.example/p/weather/today?x=1",
          description: "Weather",
          mimeType: "application/json",
        },
        accepted: { ...evmOffer.requirements, network: "eip155:84532" },
        payload: {},
        extensions: { bazaar: extensionOf({ method: "GET", sample: sampleOf('{"temperature":21}') }) },
      },
      { ...evmOffer.requirements, network: "eip155:84532" },
    );
    expect(found).toMatchObject({
      resourceUrl: "https://content.example/p/weather/today",
      method: "GET",
      mimeType: "application/json",
      discoveryInfo: { output: { type: "json", example: { temperature: 21 } } },
    });
  });

  it("shows a sample as what it is", () => {
    expect(exampleOf(undefined)).toBeUndefined();
    expect(exampleOf(sampleOf("[1]", "application/vnd.api+json; charset=utf-8"))).toEqual({
      type: "json",
      example: [1],
    });
    expect(exampleOf(sampleOf("null"))).toEqual({ type: "json", example: null });
    expect(exampleOf(sampleOf("a,b", "text/csv;header=present"))).toEqual({
      type: "text",
      format: "text/csv",
      example: "a,b",
    });
    expect(exampleOf(sampleOf("{broken"))).toEqual({
      type: "text",
      format: "application/json",
      example: "{broken",
    });
    expect(exampleOf(sampleOf("1],[2"))).toMatchObject({ type: "text" });
    expect(exampleOf(sampleOf("{}", "no type"))).toEqual({ type: "text", example: "{}" });
  });

  it("comes back inside of a payment, whatever the sample", () => {
    const bodies = fc.oneof(fc.string(), fc.json());
    const types = fc.oneof(fc.constantFrom("application/json", "text/html", ""), fc.string());
    const examples = Array.from({ length: 40 }, (_, depth): [string, string] => [
      "[".repeat(depth) + "]".repeat(depth),
      "application/json",
    ]);
    fc.assert(
      fc.property(bodies, types, (body, contentType) => {
        const extension = extensionOf({ method: "POST", sample: { body, contentType } });
        expect(validateDiscoveryExtension(extension)).toEqual({ valid: true });
        const extensions: JsonObject = { bazaar: JSON.parse(JSON.stringify(extension)) };
        const payload = { x402Version: 2, accepted: evmOffer.requirements, payload: {}, extensions } as const;
        expect(parsePaymentPayload(formatPaymentPayload(payload))).toEqual(payload);
      }),
      { examples },
    );
  });
});

it.each([
  ["application/json", "application/json"],
  [" Text/HTML ; charset=utf-8", "text/html"],
  ["image/svg+xml;", "image/svg+xml"],
  ["text", undefined],
  ["text/", undefined],
  ["text/html, text/plain", undefined],
  ["text/html\r\nX-Evil: 1", undefined],
  ["", undefined],
])("mediaType of %j is %j", (contentType, expected) => {
  expect(mediaType(contentType)).toBe(expected);
});
