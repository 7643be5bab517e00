import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documentTokens, hostTokens, tokens } from "./tokens.ts";

const css = readFileSync(new URL("../../../../app/globals.css", import.meta.url), "utf8");
const dashboard = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1] ?? "",
    [match[2], match[3]],
  ]),
);
/** What the dashboard calls them; its test holds their contrast. */
const names: Readonly<Record<string, string>> = {
  soft: "ink-soft",
  faint: "ink-faint",
  strong: "rule-strong",
};

test.each(Object.entries(tokens))("%s is the dashboard's", (name, colours) => {
  expect(colours).toEqual(dashboard.get(names[name] ?? name));
});

test("a document follows the system, an element the page around it", () => {
  expect(documentTokens()).toContain("@media (prefers-color-scheme:dark){:root{--paper:#101514;");
  expect(hostTokens()).toContain("--accent:var(--x402-accent,light-dark(#0b5c63,#6cc7c5))");
});
