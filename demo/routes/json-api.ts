import { createHash } from "node:crypto";
import { replyJson, replyText } from "../reply.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";

const cities = ["Lisbon", "Nairobi", "Osaka", "Tallinn", "Valparaíso"];

/** What the demo API offers, for somebody who opens its root. */
export function index(visit: Visit): void {
  replyJson(visit, 200, {
    name: "Demo API",
    paths: [
      "/v1/weather",
      "/v1/quotes/BTC",
      "/v1/premium/report",
      "/v1/echo",
      "/v1/chat/completions",
      "/v1/messages",
      "/v1/story",
    ],
    files: ["/files/demo.bin", "/page.html"],
  });
}

/**
 * A forecast; the same city always gets the same one. `?days=` adds the days that follow, and each day is one unit of
 * what `X-Paywall-Usage` reports.
 */
export function weather(visit: Visit): void {
  const city = visit.query.get("city") ?? "Lisbon";
  const days = Math.max(1, readNumber(visit, "days", 1, 16));
  const later = Array.from({ length: days - 1 }, (_, day) => forecast(`${city} ${day + 2}`));
  const elsewhere = cities.filter((name) => name !== city);
  const body = { city, ...forecast(city), elsewhere, ...(days > 1 ? { later } : {}) };
  replyJson(visit, 200, body, { "X-Paywall-Usage": String(days) });
}

function forecast(what: string) {
  const seed = hashNumber(what);
  return {
    temperature_c: (seed % 350) / 10,
    wind_kmh: seed % 60,
    sky: ["clear", "cloudy", "rain", "fog"][seed % 4],
  };
}

/** The price of a made-up instrument. */
export function quotes(visit: Visit): void {
  const symbol = visit.path.slice("/v1/quotes/".length).toUpperCase();
  if (!/^[A-Z0-9.-]{1,12}$/.test(symbol)) return replyJson(visit, 404, { error: "No such symbol" });
  const cents = hashNumber(symbol) % 10_000_000;
  replyJson(visit, 200, { symbol, price: (cents / 100).toFixed(2), currency: "USD" });
}

/** The dear one. */
export function premiumReport(visit: Visit): void {
  replyJson(visit, 200, {
    title: "State of paid APIs",
    sections: ["Who pays", "How much", "How often"].map((heading, n) => ({ heading, share: 50 - 15 * n })),
  });
}

/** Says what arrived, byte by byte: for tests of what a proxy in between changes. */
export async function echo(visit: Visit): Promise<void> {
  const { method, url, rawHeaders, httpVersion } = visit.request;
  const body = await digestBody(visit);
  if (body === undefined) return;
  replyJson(visit, 200, { method, target: url, httpVersion, rawHeaders, body });
}

/** Counts an upload of any size without keeping it. */
export async function upload(visit: Visit): Promise<void> {
  const body = await digestBody(visit);
  if (body !== undefined) replyJson(visit, 200, body);
}

/** A document with a script and an image of its own. */
export function page(visit: Visit): void {
  replyText(
    visit,
    "text/html; charset=utf-8",
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo page</title>
<h1>Demo page</h1><p id="out">Content that was paid for.</p>
<script>document.getElementById("out").dataset.ran = "yes"</script></html>
`,
  );
}

async function digestBody(visit: Visit): Promise<{ bytes: number; sha256: string } | undefined> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of visit.request) {
      const part: Buffer = Buffer.from(chunk);
      bytes += part.length;
      hash.update(part);
    }
  } catch {
    return undefined;
  }
  return { bytes, sha256: hash.digest("hex") };
}

function hashNumber(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}
