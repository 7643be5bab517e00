import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { storms } from "../storms.ts";
import { breakSource } from "./break-source.ts";
import { mutations } from "./mutations.ts";

const root = new URL("../../../", import.meta.url);

describe.each(mutations)("the mutation $id", ({ edits }) => {
  it("fits the sources as they are", () => {
    for (const [file, own] of Map.groupBy(edits, (edit) => edit.file)) {
      const source = readFileSync(new URL(file, root), "utf8");
      expect(breakSource(source, own)).not.toBe(source);
    }
  });
});

it("is refused where its text is missing or not alone", () => {
  const edit = { file: "a.ts", search: "x", replace: "$&" };
  expect(breakSource("axb", [edit])).toBe("a$&b");
  expect(() => breakSource("ab", [edit])).toThrow("0 times");
  expect(() => breakSource("xx", [edit])).toThrow("2 times");
});

it("there is one for each storm", () => {
  const ids = mutations.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(storms.flatMap(({ opposites }) => opposites)));
  expect(new Set(ids).size).toBe(ids.length);
});
