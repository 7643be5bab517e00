import { expect, it } from "vitest";
import fc from "fast-check";
import { MessageReader } from "./postgres-messages.ts";

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type, "latin1"), length, body]);
}

it("reads the same messages, however they are cut", () => {
  const letters = fc.constantFrom("B", "E", "S", "P");
  const list = fc.array(fc.tuple(letters, fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      list,
      fc.uint8Array({ maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (rest, first, size) => {
        const wanted = [["", first] as const, ...rest].map(([type, body]) => ({
          type,
          body: Buffer.from(body),
        }));
        const bytes = Buffer.concat(wanted.map(({ type, body }) => message(type, body)));
        const reader = new MessageReader(true);
        const seen = [];
        for (let at = 0; at < bytes.length; at += size)
          seen.push(...reader.push(bytes.subarray(at, at + size)));
        expect(seen.map(({ type, body }) => ({ type, body: Buffer.from(body) }))).toEqual(wanted);
      },
    ),
  );
});
