import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { answerHtml, jsonHtml } from "./answer-html.ts";
import { englishElement } from "./element-messages.ts";

const unescape = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

test("coloured JSON reads as the JSON that it is", () => {
  const json = fc.json().map((text) => JSON.stringify(JSON.parse(text), undefined, 2));
  fc.assert(
    fc.property(json, (text) => {
      expect(unescape(jsonHtml(text).safe)).toBe(text.replaceAll("\0", "\uFFFD"));
    }),
  );
});

test.each(hostileTexts)("%s stays text in it", (_, text) => {
  const { safe } = jsonHtml(JSON.stringify({ [text]: text }, undefined, 2));
  expect(safe.replaceAll(/<\/?(pre|span)[^>]*>/g, "")).not.toMatch(/[<>]/);
});

test("a long one is left plain", () => {
  expect(jsonHtml(JSON.stringify("x".repeat(200_000))).safe).not.toContain("<span");
});

test("a receipt is linked where there is one", () => {
  expect(answerHtml(englishElement, "", "Paid.").safe).not.toContain("Receipt");
  expect(answerHtml(englishElement, "https://x.example/r/1", "Paid.").safe).toContain(
    'href="https://x.example/r/1"',
  );
});
