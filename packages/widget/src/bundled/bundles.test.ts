import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bundlePageScript, bundleWidget, pageScripts } from "../../bundle.ts";

describe("what is bundled for browsers", () => {
  test.each(pageScripts)("$file is made of its sources as they are now", async (script) => {
    const kept = await readFile(new URL(`../../${script.file}`, import.meta.url), "utf8");
    expect(kept, "run `node packages/widget/bundle.ts`").toBe(await bundlePageScript(script));
    // It stands inside of a script element.
    expect(kept).not.toMatch(/<\/script|<!--/i);
  });

  test("the one file of the widget is at most 25 kB gzipped, and asks no other origin for anything", async () => {
    const widget = await bundleWidget();
    expect(gzipSync(widget, { level: 9 }).length).toBeLessThanOrEqual(25_000);
    expect(widget).not.toMatch(/import\s*\(|importScripts|https?:\/\/(?!$)[a-z]/);
  });
});
