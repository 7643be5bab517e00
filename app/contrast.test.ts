import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("globals.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1] ?? "",
    [match[2] ?? "", match[3] ?? ""] as const,
  ]),
);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function measure(text: string, surface: string): readonly number[] {
  const [front, back] = [tokens.get(text), tokens.get(surface)];
  if (!front || !back) throw new Error(`no token ${text} or ${surface}`);
  return [contrast(front[0], back[0]), contrast(front[1], back[1])];
}

const texts = ["ink", "ink-soft", "ink-faint", "accent", "good", "bad", "hold"];
const pairs = [
  ...texts.flatMap((text) => ["paper", "surface", "sunken"].map((surface) => [text, surface] as const)),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["accent-strong", "accent-soft"],
  ["ink", "accent-soft"],
  ["test", "test-soft"],
  ["good", "good-soft"],
  ["bad", "bad-soft"],
  ["hold", "hold-soft"],
] as const;

describe("colour tokens", () => {
  it.each(pairs)("%s on %s can be read in light and dark", (text, surface) => {
    for (const ratio of measure(text, surface)) expect(ratio).toBeGreaterThanOrEqual(4.5);
  });

  it("draws the borders of inputs visibly", () => {
    for (const ratio of measure("rule-strong", "surface")) expect(ratio).toBeGreaterThanOrEqual(3);
  });
});
