import { gzipSync } from "node:zlib";
import { Script } from "node:vm";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { pageInput, streamInput } from "../../cases/page-inputs.ts";
import { renderPaymentPage, renderStreamPage } from "../index.ts";

const page = renderStreamPage(streamInput());

function tags(html: string): readonly string[] {
  const body = html.replace(/<style[^>]*>.*?<\/style>/s, "").replace(/<script[^>]*>.*?<\/script>/s, "");
  return [...body.matchAll(/<\/?[a-zA-Z!][^\s/>]*/g)].map(([tag]) => tag);
}

describe("the stream's page", () => {
  test("policy: own scripts, styles, requests and frames, nothing else", () => {
    expect(page.csp).toBe(
      "default-src 'none'; style-src 'nonce-bm9uY2Utb2YtMTYtYnl0ZXM='; script-src 'nonce-bm9uY2Utb2YtMTYtYnl0ZXM='; " +
        "connect-src 'self'; frame-src 'self'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(() => renderStreamPage(streamInput({ nonce: "a'; script-src *" }))).toThrow(TypeError);
  });

  test("both pages are below 20 kB gzipped", () => {
    const long = { title: "x ".repeat(9999), creatorName: "y ".repeat(9999) };
    expect(gzipSync(renderStreamPage(streamInput(long)).html).length).toBeLessThan(20_000);
    expect(gzipSync(renderPaymentPage(pageInput(long)).html).length).toBeLessThan(20_000);
  });

  test.each(hostileTexts)("%s changes no tag", (_, text) => {
    const fields = {
      title: text,
      creatorName: text,
      resourcePath: `/p/x/${text}`,
      infoUrl: `/p/${text}/.info`,
    };
    const shown = renderStreamPage(streamInput(fields));
    expect(tags(shown.html)).toEqual(tags(page.html));
    expect(shown.html.isWellFormed()).toBe(true);
    expect(shown.csp).toBe(page.csp);
  });

  test("says the price, and that a start costs, where it does", () => {
    expect(page.html).toContain("$2.00 per 1M output tokens");
    expect(page.html).toContain("Each start is a new request");
    expect(page.html).toContain('data-costs="1"');
    const amount = 10_000n;
    const free = renderStreamPage(streamInput({ price: { model: "per-request", amount } })).html;
    expect(free).toContain('data-costs=""');
    expect(free).not.toContain("Each start");
    const pass = { model: "pass", amount, seconds: 60, maxUses: 3 } as const;
    expect(renderStreamPage(streamInput({ price: pass })).html).toContain('data-costs="1"');
    expect(renderStreamPage(streamInput({ price: { ...pass, maxUses: null } })).html).toContain(
      'data-costs=""',
    );
  });

  test("without a script there is a link to the stream itself", () => {
    const link = (html: string) => /<noscript>.*?href="([^"]*)".*?<\/noscript>/s.exec(html)?.[1];
    expect(link(page.html)).toBe("/p/story/v1/story?tokens=400");
    expect(link(renderStreamPage(streamInput({ rawUrl: "/p/story/.raw" })).html)).toBe("/p/story/.raw");
  });

  test("each word that the script asks for is there, and it is a script", () => {
    const code = /<script nonce="[^"]*">(.*)<\/script>/s.exec(page.html)?.[1] ?? "";
    expect(() => new Script(code)).not.toThrow();
    const asked = [...code.matchAll(/(?:word|show)\("(\w+)"/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(5);
    for (const name of asked) expect(page.html).toContain(`data-word="${name}"`);
  });

  test("LIVE has no badge", () => {
    expect(page.html).toContain(">TEST</span>");
    expect(renderStreamPage(streamInput({ mode: "live" })).html).not.toMatch(/>TEST<|Test mode/);
  });
});
