import fc from "fast-check";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { applyHead, listSetHeaders, toBytes } from "./response-head.ts";

const open = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));

it.each<[string, readonly unknown[], number, string | undefined, [string, string][]]>([
  ["a status alone", [404], 404, undefined, [["x-before", "kept"]]],
  ["a reason", [404, "Gone Fishing"], 404, "Gone Fishing", [["x-before", "kept"]]],
  [
    "an object",
    [201, { "X-A": "1", "X-N": 7 }],
    201,
    undefined,
    [
      ["x-before", "kept"],
      ["x-a", "1"],
      ["x-n", "7"],
    ],
  ],
  [
    "a reason and an object",
    [201, "Made", { "X-A": "1" }],
    201,
    "Made",
    [
      ["x-before", "kept"],
      ["x-a", "1"],
    ],
  ],
  ["no value", [200, { "X-A": undefined }], 200, undefined, [["x-before", "kept"]]],
  [
    "many values",
    [200, { "Set-Cookie": ["a=1", "b=2"] }],
    200,
    undefined,
    [
      ["x-before", "kept"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ],
  ],
  [
    "a flat list",
    [200, ["X-A", "1", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]],
    200,
    undefined,
    [
      ["x-before", "kept"],
      ["x-a", "1"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ],
  ],
  [
    "pairs",
    [
      200,
      [
        ["X-A", "1"],
        ["X-A", "2"],
      ],
    ],
    200,
    undefined,
    [
      ["x-before", "kept"],
      ["x-a", "1"],
      ["x-a", "2"],
    ],
  ],
  ["what was set before", [200, { "X-Before": "new" }], 200, undefined, [["x-before", "new"]]],
  ["what was set before, in a list", [200, ["X-Before", "new"]], 200, undefined, [["x-before", "new"]]],
  ["an empty list", [200, []], 200, undefined, [["x-before", "kept"]]],
])("applies %s", (_, args, status, reason, headers) => {
  const response = open();
  response.setHeader("X-Before", "kept");
  applyHead(response, args);
  expect([response.statusCode, response.statusMessage]).toEqual([status, reason]);
  expect(listSetHeaders(response).map(([name, value]) => [name.toLowerCase(), value])).toEqual(headers);
});

it("refuses what Node refuses", () => {
  expect(() => applyHead(open(), [200, { "X A": "1" }])).toThrow();
  expect(() => applyHead(open(), [200, { "X-A": "1\r\nX-B: 2" }])).toThrow();
});

it("keeps names as the application spelled them", () => {
  const response = open();
  response.setHeader("X-Odd-CASE", ["1", "2"]);
  expect(listSetHeaders(response)).toEqual([
    ["X-Odd-CASE", "1"],
    ["X-Odd-CASE", "2"],
  ]);
});

it("takes chunks as `write` does", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("utf8", "latin1", "utf16le", undefined),
      (text, encoding) => {
        expect(Buffer.from(toBytes(text, encoding))).toEqual(Buffer.from(text, encoding));
      },
    ),
  );
  const bytes = new Uint8Array([1, 2]);
  expect(toBytes(bytes, "utf8")).toBe(bytes);
  expect(Buffer.from(toBytes("/w==", "base64"))).toEqual(Buffer.from([255]));
  for (const chunk of [7, {}, null, undefined]) expect(() => toBytes(chunk, undefined)).toThrow(TypeError);
});
