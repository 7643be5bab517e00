import {
  appendPaymentIdentifierToExtensions,
  extractAndValidatePaymentIdentifier,
  isValidPaymentId,
  paymentIdentifierSchema,
  validatePaymentIdentifier,
} from "@x402/extensions/payment-identifier";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../canonical-json.ts";
import {
  PAYMENT_IDENTIFIER,
  paymentIdentifierExtension,
  readPaymentIdentifier,
} from "./payment-identifier.ts";

const id = "pay_7d5d747be160e280504c099d984bcfe0";
const carrying = (info: Json): JsonObject => ({ [PAYMENT_IDENTIFIER]: { info, schema: {} } });

describe("the extension payment-identifier", () => {
  it("is what the official package declares", () => {
    expect(validatePaymentIdentifier(paymentIdentifierExtension)).toEqual({ valid: true });
    expect(paymentIdentifierExtension).toEqual({
      info: { required: false },
      schema: paymentIdentifierSchema,
    });
  });

  it("is read as the official client writes it into what was declared", () => {
    const declared: Record<string, unknown> = structuredClone({
      [PAYMENT_IDENTIFIER]: paymentIdentifierExtension,
      bazaar: {},
    });
    const written: JsonObject = JSON.parse(JSON.stringify(appendPaymentIdentifierToExtensions(declared, id)));
    expect(readPaymentIdentifier(written)).toBe(id);
    expect(paymentIdentifierExtension).toEqual({
      info: { required: false },
      schema: paymentIdentifierSchema,
    });
  });

  it("says nothing where it is not there, or only echoed", () => {
    expect(readPaymentIdentifier(undefined)).toBeUndefined();
    expect(readPaymentIdentifier({})).toBeUndefined();
    expect(readPaymentIdentifier({ [PAYMENT_IDENTIFIER]: paymentIdentifierExtension })).toBeUndefined();
    expect(readPaymentIdentifier(carrying({}))).toBeUndefined();
  });

  it.each([
    "",
    "x".repeat(15),
    "x".repeat(129),
    "has a blank in it!",
    "übergrößenträger",
    `${id}\n`,
    7,
    null,
    [id],
    { id },
  ])("answers 400 to the identifier %j, and names the field", (value) => {
    expect(() => readPaymentIdentifier(carrying({ required: false, id: value }))).toThrow(
      expect.objectContaining({
        code: "bad_request",
        options: expect.objectContaining({
          errors: [expect.objectContaining({ field: "extensions.payment-identifier.info.id" })],
        }),
      }),
    );
  });

  it.each([null, "x", [], {}, { info: null }, { info: [] }])("answers 400 to the extension %j", (value) => {
    expect(() => readPaymentIdentifier({ [PAYMENT_IDENTIFIER]: value })).toThrow(
      expect.objectContaining({ code: "bad_request" }),
    );
  });

  it("takes what the official package takes, and refuses with 400 alone", () => {
    const ids = fc.oneof(
      fc.string({ minLength: 14, maxLength: 130 }),
      fc.stringMatching(/^[a-zA-Z0-9_-]{14,130}$/),
      fc.constantFrom(15, 16, 128, 129).map((length) => "_".repeat(length)),
    );
    fc.assert(
      fc.property(ids, (value) => {
        const read = () => readPaymentIdentifier(carrying({ required: false, id: value }));
        if (isValidPaymentId(value)) expect(read()).toBe(value);
        else expect(read).toThrow(expect.objectContaining({ code: "bad_request" }));
      }),
    );
    const json = fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(
        fc.oneof(
          json,
          json.map((info) => ({ info })),
        ),
        (extension) => {
          try {
            readPaymentIdentifier({ [PAYMENT_IDENTIFIER]: extension });
          } catch (error) {
            expect(error).toMatchObject({ code: "bad_request" });
          }
        },
      ),
    );
  });

  it("is found by the official server in what this client sends", () => {
    const payload = {
      x402Version: 2,
      accepted: {
        scheme: "exact",
        network: "eip155:8453",
        amount: "1",
        asset: "",
        payTo: "",
        maxTimeoutSeconds: 1,
        extra: {},
      },
      payload: {},
      extensions: carrying({ required: false, id }),
    } as const;
    expect(extractAndValidatePaymentIdentifier(payload)).toMatchObject({ id });
  });
});
