import { gzipSync } from "node:zlib";
import { encode } from "uqr";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { freeChoice, meteredPrice, pageInput, quoteOf } from "../../cases/page-inputs.ts";
import { quoteShell } from "./agent-snippets.ts";
import { renderPaymentPage } from "../index.ts";
import { qrSvg } from "../parts/qr-svg.ts";

/** Tags with their attributes' names, in order: what a browser builds, without the texts. */
function skeleton(html: string): string[] {
  const body = html
    .replace(/<style[^>]*>.*?<\/style>/s, "<style>")
    .replace(/<script[^>]*>.*?<\/script>/s, "<script>");
  return [...body.matchAll(/<(\/?[a-zA-Z!][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)].map(
    ([, tag = "", rest = ""]) => {
      const names = [...rest.replaceAll(/"[^"]*"/g, '""').matchAll(/([^\s=/]+)(?:="")?/g)].map(
        ([, name]) => name,
      );
      return [tag, ...names].join(" ");
    },
  );
}

function visible(html: string): string {
  return html.replace(/<style.*?<\/style>/s, "").replace(/<script.*?<\/script>/s, "");
}

describe("hostile texts", () => {
  const usual = skeleton(renderPaymentPage(pageInput({ error: null })).html);

  test.each(hostileTexts)("%s changes no tag and no attribute, in any field", (_, text) => {
    const fields = {
      title: text,
      description: text,
      creatorName: text,
      resourceUrl: `https://x.test/${text}`,
      resourcePath: `/p/x/${text}`,
    };
    const { html, csp } = renderPaymentPage(pageInput(fields));
    expect(skeleton(html)).toEqual(usual);
    expect(csp).toBe(renderPaymentPage(pageInput()).csp);
    expect(html.isWellFormed()).toBe(true);
    expect(html).not.toContain("\0");
    expect(gzipSync(html).length).toBeLessThan(40_000);
  });

  test.each(hostileTexts)("%s in a problem's detail stays text", (_, text) => {
    const problem = {
      type: "about:blank",
      title: "Payment required",
      status: 402,
      code: "payment_required",
      retryable: true,
    } as const;
    const shown = renderPaymentPage(pageInput({ error: { ...problem, detail: text } }));
    expect(skeleton(shown.html)).toEqual(
      skeleton(renderPaymentPage(pageInput({ error: { ...problem, detail: "x" } })).html),
    );
  });

  test("what is no trick is shown exactly", () => {
    const { html } = renderPaymentPage(pageInput({ title: "Ω≈ç√∫ / שלום / 日本語", description: "🇺🇳👩‍👩‍👧‍👦" }));
    expect(html).toContain(">Ω≈ç√∫ / שלום / 日本語</h1>");
    expect(html).toContain(">🇺🇳👩‍👩‍👧‍👦</p>");
  });

  test("a long text is cut between characters", () => {
    const { html } = renderPaymentPage(pageInput({ title: "👩".repeat(500) }));
    expect(html).toContain(`<h1 dir="auto">${"👩".repeat(119)}…</h1>`);
  });

  test("a shell line cannot be left", () => {
    expect(quoteShell("https://x/a'$(id)'b")).toBe(String.raw`'https://x/a'\''$(id)'\''b'`);
  });
});

describe("policy", () => {
  test("names the nonce, the wallet's origin and nothing else", () => {
    expect(renderPaymentPage(pageInput()).csp).toBe(
      "default-src 'none'; style-src 'nonce-bm9uY2Utb2YtMTYtYnl0ZXM='; script-src 'nonce-bm9uY2Utb2YtMTYtYnl0ZXM='; " +
        "connect-src 'self' http://localhost:3000; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(renderPaymentPage(pageInput({ sandboxPayUrl: null })).csp).toContain("connect-src 'self';");
  });

  test.each(["", "short", "a'; script-src *", 'a" onload="x', "ab cd efgh", "ünïcödé-nonce"])(
    "refuses the nonce %j",
    (nonce) => {
      expect(() => renderPaymentPage(pageInput({ nonce }))).toThrow(TypeError);
    },
  );

  test("every script and style carries the nonce, and nothing is inline beside them", () => {
    const { html } = renderPaymentPage(pageInput());
    for (const [tag] of html.matchAll(/<(?:script|style)[^>]*>/g))
      expect(tag).toContain(' nonce="bm9uY2Utb2YtMTYtYnl0ZXM="');
    const tags = skeleton(html).join("\n");
    expect(tags).not.toMatch(/ on[a-z]+$| on[a-z]+ | style\b.*style|\bsrc\b/);
    expect(html).not.toMatch(/ style="/);
  });
});

describe("contents", () => {
  test("below 20 kB gzipped, also with the longest texts", () => {
    const { html } = renderPaymentPage(
      pageInput({ title: "x".repeat(9999), description: "y ".repeat(9999) }),
    );
    expect(gzipSync(html).length).toBeLessThan(16_000);
  });

  test("price in dollars with every digit, satoshi below", () => {
    const { html } = renderPaymentPage(pageInput());
    expect(html).toContain('<span class="usd">$0.01</span>');
    expect(html).toContain('<span class="sat">16 sat</span>');
    const quote = { ...pageInput().quote, amount: 1_234_567_000_400n };
    const other = renderPaymentPage(pageInput({ quote, lightning: null })).html;
    expect(other).toContain('<span class="usd">$1,234,567.0004</span>');
    expect(other).toContain("1,905,196,141 sat");
  });

  test("what has no rate is not said in bitcoin, and never costs 0 sat", () => {
    const quote = { ...pageInput().quote, rate: { msatPerUsd: 0n, asOf: 0 } };
    for (const mode of ["test", "live"] as const) {
      const { html } = renderPaymentPage(pageInput({ mode, quote, lightning: null }));
      expect(visible(html)).not.toMatch(/\d sat|BTC/);
    }
  });

  test("TEST has the badge, the sandbox wallet and its words; LIVE has none of them", () => {
    const live = { mode: "live", sandboxPayUrl: null } as const;
    expect(renderPaymentPage(pageInput()).html).toContain("Pay with the sandbox wallet");
    expect(renderPaymentPage(pageInput()).html).toContain(">TEST</span>");
    const html = visible(renderPaymentPage(pageInput(live)).html);
    expect(html).not.toMatch(/>TEST<|Test mode|Pay with the sandbox wallet</);
    expect(html).toMatch(/<a class="go" id="go"[^>]*href="lightning:lnbcrt/);
  });

  test("works without a script: a form with token and resource, and the QR with a text beside it", () => {
    const { html } = renderPaymentPage(pageInput());
    const form =
      /<noscript>\s*<form method="post" action="\/p\/weather\/.unlock">.*?<\/form>/s.exec(html)?.[0] ?? "";
    expect(form).toContain(`name="token" value="${pageInput().lightning?.token}"`);
    expect(form).toContain('name="resource" value="/p/weather/v1/forecast?city=Lisbon&amp;units=metric"');
    expect(html).toContain('http-equiv="refresh" content="660"');
    expect(html).toMatch(/<svg\s+role="img"\s+aria-label="QR code of the Lightning invoice below"/);
    expect(html).toContain(`value="${pageInput().lightning?.bolt11}"`);
  });

  test("a POST endpoint says so, and has neither button nor script", () => {
    const { html } = renderPaymentPage(pageInput({ method: "POST" }));
    expect(html).toContain("<code>POST</code>");
    expect(html).toContain(
      "curl -i \\\n  -X POST \\\n  -H &#39;Content-Type: application/json&#39; \\\n  -d &#39;{}&#39;",
    );
    expect(html).toContain("<details open>");
    expect(html).not.toMatch(/<script|<button|<svg|<form/);
  });

  test("without Lightning it says who can pay", () => {
    const { html } = renderPaymentPage(pageInput({ lightning: null }));
    expect(html).toContain("This is paid with stablecoin");
    expect(html).not.toMatch(/<button|<svg/);
  });

  test("each state has words of its own, and a refusal is shown first", () => {
    const { html } = renderPaymentPage(pageInput());
    const words = [...html.matchAll(/data-word="(\w+)">([^<]+)</g)].map(([, , text]) => text);
    expect(new Set(words).size).toBe(28);
    const error = {
      type: "about:blank",
      title: "The quote has expired",
      status: 402,
      code: "payment_expired",
      retryable: false,
      detail: "Ask again.",
    } as const;
    expect(renderPaymentPage(pageInput({ error })).html).toMatch(
      /role="alert">\s*<strong>The quote has expired\.<\/strong>/,
    );
  });

  test("the countdown counts from the server's clock", () => {
    expect(renderPaymentPage(pageInput({ now: 1_790_000_535 })).html).toContain(">1:05</span>");
    expect(renderPaymentPage(pageInput({ now: 1_790_009_999 })).html).toContain('data-seconds="0"');
  });
});

describe("an amount to choose", () => {
  const choosing = {
    price: freeChoice,
    chooseUrl: "/p/weather/.pay",
    quote: quoteOf({ kind: "use" }, 500_000n),
  };
  const attribute = (html: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(html)?.[1];

  test("is a form of the amount and the resource, with the minimum and what is suggested", () => {
    const { html } = renderPaymentPage(pageInput(choosing));
    const form = /<form class="choose".*?<\/form>/s.exec(html)?.[0] ?? "";
    expect(form).toContain('method="get" action="/p/weather/.pay"');
    expect(form).toContain('name="resource" value="/p/weather/v1/forecast?city=Lisbon&amp;units=metric"');
    expect(form).toMatch(/name="amount"\s+type="number".*?min="0.10"\s+value="0.50"/s);
    expect(form).toContain("At least $0.10. Suggested: $0.50.");
  });

  test("an amount that was chosen stays chosen when its price is renewed", () => {
    const quote = quoteOf({ kind: "use" }, 250_000n);
    const { html } = renderPaymentPage(pageInput({ ...choosing, quote }));
    const query = "resource=%2Fp%2Fweather%2Fv1%2Fforecast%3Fcity%3DLisbon%26units%3Dmetric&amp;amount=0.25";
    expect(attribute(html, "data-page")).toBe(`/p/weather/.pay?${query}`);
    expect(attribute(html, "data-resource")).toBe("/p/weather/v1/forecast?city=Lisbon&amp;units=metric");
    expect(attribute(renderPaymentPage(pageInput(choosing)).html, "data-page")).not.toContain(".pay");
  });

  test("agents are told the header", () => {
    const { html } = renderPaymentPage(pageInput(choosing));
    expect(html).toContain("-H &#39;Paywall-Amount: 0.50&#39;");
    expect(renderPaymentPage(pageInput()).html).not.toContain("Paywall-Amount");
  });

  test("the price of a balance can be raised, not lowered", () => {
    const quote = quoteOf({ kind: "balance", seconds: 2_592_000 }, 500_000n);
    const { html } = renderPaymentPage(pageInput({ ...choosing, price: meteredPrice, quote }));
    expect(html).toContain("Put on the balance, in US dollars");
    expect(html).toContain('min="0.50"');
    expect(html).toContain("A balance to spend: $2.00 per 1M output tokens.");
  });

  test("where nothing can be chosen there is no form", () => {
    expect(renderPaymentPage(pageInput()).html).not.toContain('id="amount"');
    expect(renderPaymentPage(pageInput({ chooseUrl: "/p/weather/.pay" })).html).not.toContain('id="amount"');
  });
});

describe("more than one use", () => {
  test("agents are told of the access token, people that it is kept in this browser", () => {
    const price = { model: "bundle", amount: 10_000n, uses: 10, validSeconds: 3600 } as const;
    const { html } = renderPaymentPage(
      pageInput({ price, quote: quoteOf({ kind: "uses", uses: 10, seconds: 3600 }) }),
    );
    expect(html).toContain("Paywall-Access-Token");
    expect(html).toContain("Authorization: Bearer $ACCESS_TOKEN");
    expect(html).toContain("What you buy is kept in this browser.");
    expect(html).toContain("10 requests, valid for 1 hour.");
    expect(visible(renderPaymentPage(pageInput()).html)).not.toMatch(/ACCESS_TOKEN|kept in this browser/);
  });
});

describe("a finished credential", () => {
  const has = (html: string) => [html.includes('id="program"'), html.includes('id="credential"')];

  test("is offered for an invoice of L402, hidden until there is a script; it is said what it is good for", () => {
    const { html } = renderPaymentPage(pageInput());
    expect(has(html)).toEqual([true, true]);
    expect(html).toMatch(/<div id="program-choice" hidden>/);
    expect(html).toContain("Good for one request, to this address.");
    expect(html).toContain(
      "curl \\\n  -H &#39;Authorization: {authorization}&#39; \\\n  &#39;http://127.0.0.1:4020/p/",
    );
    const quote = quoteOf({ kind: "uses", uses: 10, seconds: 3600 });
    expect(renderPaymentPage(pageInput({ quote })).html).toContain("Good until what you bought is used up");
  });

  test.each([
    ["stablecoins alone", { lightning: null }],
    ["a method that no browser opens", { method: "POST" }],
    ["a top-up", { quote: quoteOf({ kind: "pass", seconds: 60, into: "ent_0123456789abcdefghijkl" }) }],
  ])("is not offered for %s", (_, changes) => {
    expect(has(renderPaymentPage(pageInput(changes)).html)).toEqual([false, false]);
  });

  test("a wallet of the browser has a button in LIVE only", () => {
    expect(renderPaymentPage(pageInput()).html).not.toContain('id="webln"');
    const live = renderPaymentPage(pageInput({ mode: "live", sandboxPayUrl: null })).html;
    expect(live).toMatch(/id="webln" type="button" hidden/);
  });
});

describe("a top-up", () => {
  const into = "ent_0123456789abcdefghijkl";
  const { price: _, ...withoutPrice } = pageInput({
    resourcePath: `/p/story/.topup?entitlement=${into}&amount=0.50`,
    quote: quoteOf({ kind: "balance", seconds: 2_592_000, into }, 500_000n),
    chooseUrl: "/p/story/.pay",
  });
  const { html, csp } = renderPaymentPage(withoutPrice);

  test("says what it adds to, and may be framed by our own pages", () => {
    expect(html).toContain("<h1>Top up your balance</h1>");
    expect(html).toContain("for <bdi>Weather, hour by hour</bdi> by <bdi>Ada&#39;s Observatory</bdi>");
    expect(html).toContain("Adds to your balance, which then stays yours for at least 30 days.");
    expect(html).toContain(`data-topup="${into}"`);
    expect(csp).toContain("frame-ancestors 'self'");
    expect(renderPaymentPage(pageInput()).csp).toContain("frame-ancestors 'none'");
  });

  test("its amount is chosen in its own address", () => {
    const form = /<form class="choose".*?<\/form>/s.exec(html)?.[0] ?? "";
    expect(form).toContain('action="/p/story/.topup"');
    expect(form).toContain(`name="entitlement" value="${into}"`);
    expect(form.match(/name="amount"/g)).toHaveLength(1);
    expect(html).toContain(`data-page="/p/story/.topup?entitlement=${into}&amp;amount=0.50"`);
  });

  test("agents repeat the request, and need no new token", () => {
    expect(html).toContain("the answer says what the entitlement is worth now");
    expect(visible(html)).not.toMatch(/ACCESS_TOKEN|Paywall-Amount/);
  });

  test.each([
    ["Buy more requests", { kind: "uses", uses: 5, seconds: 60, into } as const],
    ["Prolong your access", { kind: "pass", seconds: 60, into } as const],
  ])("%s", (title, terms) => {
    const page = renderPaymentPage({ ...withoutPrice, quote: quoteOf(terms) }).html;
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).not.toContain('id="amount"');
  });
});

test("the QR's path draws exactly the dark modules", () => {
  const text = "LIGHTNING:LNBCRT1";
  const { data, size } = encode(text, { ecc: "L", border: 3, maskPattern: 0 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of qrSvg(text, "label").safe.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let n = 0; n < Number(width); n++) drawn[Number(y)]?.splice(Number(x) + n, 1, true);
  }
  expect(drawn).toEqual(data);
});
