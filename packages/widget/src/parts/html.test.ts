import { expect, test } from "vitest";
import { cut, escapeHtml, html, raw } from "./html.ts";

test("constants stay, what is put in is escaped once, pieces are kept", () => {
  const piece = html`<b title="${'"'}">${"<&>"}</b>`;
  expect(html`<p>${piece}${null}${[piece, raw("<hr>")]}</p>`.safe).toBe(
    `<p>${piece.safe}${piece.safe}<hr></p>`,
  );
  expect(piece.safe).toBe('<b title="&quot;">&lt;&amp;&gt;</b>');
});

test("what no document may hold is replaced", () => {
  expect(escapeHtml("a\0b\uD800'")).toBe("a\uFFFDb\uFFFD&#39;");
});

test("cuts between characters", () => {
  expect([cut("abc", 3), cut("abcd", 3), cut("👩👩👩", 2)]).toEqual(["abc", "ab…", "👩…"]);
});
