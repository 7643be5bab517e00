import { expect, test } from "vitest";
import { fileNameOf, formatSize, kindOf } from "./answer-kind.ts";

const answer = (type: string, disposition?: string) =>
  new Response("x", {
    headers: {
      "Content-Type": type,
      ...(disposition === undefined ? {} : { "Content-Disposition": disposition }),
    },
  });

test.each([
  ["application/json; charset=utf-8", "json"],
  ["application/geo+json", "json"],
  ["text/event-stream", "stream"],
  ["text/plain", "text"],
  ["application/x-ndjson", "text"],
  ["text/html; charset=utf-8", "html"],
  ["IMAGE/PNG", "image"],
  ["image/tiff", "file"],
  ["application/octet-stream", "file"],
  ["", "file"],
])("%s is shown as %s", (type, kind) => {
  expect(kindOf(answer(type))).toBe(kind);
});

test("what the server wants to be saved is a file, whatever it is", () => {
  expect(kindOf(answer("application/json", "attachment; filename=x.json"))).toBe("file");
  expect(kindOf(answer("application/json", "inline"))).toBe("json");
});

test.each([
  ["https://x.example/files/demo.bin?a=1", undefined, "demo.bin"],
  ["https://x.example/files/", undefined, "answer"],
  ["https://x.example/get", 'attachment; filename="a report.pdf"', "a report.pdf"],
])("a name for %s", (url, disposition, name) => {
  expect(fileNameOf(answer("application/pdf", disposition), url)).toBe(name);
});

test("sizes", () => {
  expect([12, 12_345, 52_428_800].map(formatSize)).toEqual(["12B", "12KB", "52MB"]);
});
