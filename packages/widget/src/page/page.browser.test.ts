import type { IncomingMessage, ServerResponse } from "node:http";
import { beforeEach, expect, test } from "vitest";
import { hostileTexts } from "../../cases/hostile-texts.ts";
import { pageInput } from "../../cases/page-inputs.ts";
import { replyPage, usePage } from "../../cases/use-page.ts";
import { renderPaymentPage } from "../index.ts";
import type { PaymentPageInput } from "../index.ts";

/** The content origin and the sandbox wallet in one; what a test needs to change is here. */
interface Paywall {
  input: Partial<PaymentPageInput>;
  status: "awaiting" | "paid" | "expired";
  walletAnswer: [status: number, body: object];
  unlockAnswers: [status: number, body: object, retryAfter?: string][];
  unlocks: Record<string, string>[];
  polled: string[];
  opened: boolean;
  quotes: number;
}

let paywall: Paywall;
const site = usePage(answer);

beforeEach(() => {
  paywall = {
    input: {},
    status: "awaiting",
    walletAnswer: [200, { preimage: "cd".repeat(32) }],
    unlockAnswers: [],
    unlocks: [],
    polled: [],
    opened: false,
    quotes: 0,
  };
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  const body = Buffer.concat(await request.toArray()).toString();
  const json = (status: number, value: object, headers: Record<string, string> = {}) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  if (path.startsWith("/p/weather/.status")) {
    paywall.polled.push(path);
    return void json(200, { state: paywall.status });
  }
  if (path === "/p/weather/.unlock") {
    paywall.unlocks.push(readFields(request, body));
    const [status, value, retryAfter] = paywall.unlockAnswers.shift() ?? [204, {}];
    if (status >= 300)
      return void json(status, value, retryAfter === undefined ? {} : { "Retry-After": retryAfter });
    paywall.opened = true;
    if (request.headers["content-type"] === "application/json") return void response.writeHead(204).end();
    return void response.writeHead(303, { Location: "/p/weather/v1/forecast" }).end();
  }
  if (path === "/wallet") return void json(paywall.walletAnswer[0], paywall.walletAnswer[1]);
  if (paywall.opened)
    return void response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>The content</h1>");
  replyPage(response, 402, renderPaymentPage(nextInput()));
}

/** Each page has an invoice of its own, as from the engine. */
function nextInput(): PaymentPageInput {
  const n = paywall.quotes++;
  const input = pageInput({
    sandboxPayUrl: `${site.base}/wallet`,
    resourcePath: "/p/weather/v1/forecast",
    ...paywall.input,
  });
  const { lightning } = input;
  if (lightning === null) return input;
  return {
    ...input,
    lightning: { ...lightning, paymentHash: String(n).repeat(64), token: `token${n}`, bolt11: `lnbcrt${n}` },
  };
}

function readFields(request: IncomingMessage, body: string): Record<string, string> {
  const form = request.headers["content-type"] === "application/x-www-form-urlencoded";
  return form ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
}

/** Waits for the live region to say it. */
function says(text: string): Promise<void> {
  return site.page.locator("#state", { hasText: text }).waitFor();
}

function open(): Promise<unknown> {
  return site.page.goto(`${site.base}/p/weather/v1/forecast`);
}

test("one button pays, unlocks with the preimage and opens the content", async () => {
  await open();
  await site.page.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor({ timeout: 5000 });
  expect(paywall.unlocks).toEqual([
    { token: "token0", preimage: "cd".repeat(32), resource: "/p/weather/v1/forecast" },
  ]);
});

test("a payment from elsewhere is noticed, and the content opens by itself", async () => {
  await open();
  paywall.status = "paid";
  await site.page.getByRole("heading", { name: "The content" }).waitFor({ timeout: 5000 });
  expect(paywall.unlocks).toEqual([{ token: "token0", resource: "/p/weather/v1/forecast" }]);
  expect(paywall.polled[0]).toBe(`/p/weather/.status?payment_hash=${"0".repeat(64)}`);
});

test("a wallet that refuses is shown with its words, and the button works again", async () => {
  paywall.walletAnswer = [429, { title: "Too many requests", detail: "Try in <b>a minute</b>", status: 429 }];
  await open();
  await site.page.locator("#go").click();
  await says("Too many requests. Try in <b>a minute</b>");
  expect(await site.page.locator("#pay").getAttribute("data-state")).toBe("problem");
  paywall.walletAnswer = [200, { preimage: "cd".repeat(32) }];
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
});

test("an unlock whose outcome is open is repeated, never paid again", async () => {
  paywall.unlockAnswers = [
    [503, { code: "settlement_unknown", retryable: true }, "1"],
    [409, { code: "in_progress", retryable: true }, "1"],
  ];
  await open();
  await site.page.locator("#go").click();
  await says("do not pay again");
  expect(await site.page.locator("#go").getAttribute("aria-disabled")).toBe("true");
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.unlocks).toHaveLength(3);
});

test("a payment that was used elsewhere is said to be used", async () => {
  paywall.unlockAnswers = [
    [409, { code: "credential_redeemed", retryable: false, title: "This payment was already used" }],
  ];
  await open();
  await site.page.locator("#go").click();
  await says("already used. In the browser that paid");
});

test("before the price ends a new one is taken in place: focus stays, the old invoice is still watched", async () => {
  const { quote } = pageInput();
  paywall.input = { quote: { ...quote, expiresAt: quote.issuedAt + 31 } };
  await open();
  await site.page.locator("#go").focus();
  await site.page.getByText("Paying with an agent?").click();
  await site.page.locator("#go").focus();
  paywall.input = { quote: { ...quote, amount: 20_000n } };
  await site.page.waitForFunction(
    () => document.querySelector<HTMLInputElement>("#invoice")?.value === "lnbcrt1",
  );
  await site.page.getByText("$0.02").first().waitFor();
  expect(await site.page.evaluate(() => document.activeElement?.id)).toBe("go");
  expect(await site.page.locator("details").getAttribute("open")).not.toBeNull();
  expect(await site.page.locator("#agents").textContent()).toContain("lnbcrt1");
  paywall.polled = [];
  const watched = () => new Set(paywall.polled.map((path) => path.at(-1)));
  await expect.poll(watched, { timeout: 5000 }).toEqual(new Set(["0", "1"]));
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.unlocks[0]?.["token"]).toBe("token1");
});

test("an ended price cannot be paid; a new one is one click away", async () => {
  const { quote } = pageInput();
  await site.page.route("**/forecast", (route) =>
    route.request().resourceType() === "fetch" ? route.abort() : route.continue(),
  );
  paywall.input = { quote: { ...quote, expiresAt: quote.issuedAt } };
  await open();
  await says("This price has expired");
  expect(await site.page.locator("#go").getAttribute("aria-disabled")).toBe("true");
  await site.page.unroute("**/forecast");
  paywall.input = {};
  await site.page.getByRole("link", { name: "Get a new price" }).click();
  await site.page.waitForFunction(
    () => document.querySelector("#pay")?.getAttribute("data-state") === "awaiting",
  );
  expect(await site.page.locator("#invoice").inputValue()).not.toBe("lnbcrt0");
});

test("offline is said, and it goes on when the connection is back", async () => {
  await open();
  await site.page.context().setOffline(true);
  await says("You are offline");
  paywall.status = "paid";
  await site.page.context().setOffline(false);
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
});

test("without JavaScript the form opens the content", async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${site.base}/p/weather/v1/forecast`);
  expect(await plain.locator("#go").count()).toBe(1);
  expect(await plain.locator("#go").isVisible()).toBe(false);
  await plain.getByRole("button", { name: "I have paid" }).click();
  await plain.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.unlocks).toEqual([{ token: "token0", resource: "/p/weather/v1/forecast" }]);
  await context.close();
});

test("no text of a creator runs or breaks the policy", async () => {
  for (const [, text] of hostileTexts) {
    paywall.input = { title: text, description: text, creatorName: text };
    await open();
    expect(await site.page.locator("main").count()).toBe(1);
    expect(await site.page.locator("#go").isVisible()).toBe(true);
    const wide = await site.page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect([text.slice(0, 40), wide]).toEqual([text.slice(0, 40), false]);
  }
}, 60_000);

test("on a phone the price and the button are on the first screen", async () => {
  await site.page.setViewportSize({ width: 390, height: 844 });
  await open();
  const box = await site.page.locator("#go").boundingBox();
  expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThan(480);
  const qr = await site.page.locator("#qr svg").boundingBox();
  expect((qr?.y ?? 9999) + (qr?.height ?? 0)).toBeLessThan(844);
});
