import type { IncomingMessage, ServerResponse } from "node:http";
import { formatUsd, parseUsd } from "@x402-paywall/core";
import { beforeEach, expect, test } from "vitest";
import { freeChoice, pageInput, quoteOf } from "../../cases/page-inputs.ts";
import { replyJson, replyPage, usePage } from "../../cases/use-page.ts";
import { renderPaymentPage } from "../index.ts";

const resource = "/p/tips/v1/essay?part=2";
const entitlement = "ent_0123456789abcdefghijkl";

/** The content origin and the sandbox wallet: each page has an invoice that is named after its amount. */
let paywall: {
  asked: string[];
  paid: string[];
  unlocked: string[];
  opened: boolean;
  live: boolean;
  infoOf: string;
  /** Milliseconds before a price is answered. */
  delay: number;
  /** How long each price holds, in seconds. */
  holds: number;
};
const site = usePage(answer);

beforeEach(() => {
  paywall = {
    asked: [],
    paid: [],
    unlocked: [],
    opened: false,
    live: false,
    infoOf: entitlement,
    delay: 0,
    holds: 600,
  };
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://x");
  const body = Buffer.concat(await request.toArray()).toString();
  if (url.pathname === "/wallet") {
    paywall.paid.push(JSON.parse(body).bolt11);
    return replyJson(response, 200, { preimage: "cd".repeat(32) });
  }
  if (url.pathname.endsWith("/.status")) return replyJson(response, 200, { state: "awaiting" });
  if (url.pathname.endsWith("/.info"))
    return replyJson(response, 200, { entitlement: paywall.infoOf, balance: "1.42" });
  if (url.pathname.endsWith("/.unlock")) {
    paywall.unlocked.push(JSON.parse(body).token);
    paywall.opened = true;
    return void response.writeHead(204).end();
  }
  if (paywall.opened && url.pathname === "/p/tips/v1/essay")
    return void response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>The content</h1>");
  if (url.pathname === "/p/tips/.pay") {
    paywall.asked.push(url.search);
    await new Promise((resolve) => setTimeout(resolve, paywall.delay));
  }
  const amount = parseUsd(url.searchParams.get("amount") ?? "0.50");
  if (amount === undefined || amount < 100_000n || amount > 9_000_000n) {
    const detail = "Send a decimal number of US dollars, at least 0.10.";
    return replyJson(response, 400, { title: "Bad request", detail });
  }
  const path = `${url.pathname}${url.search}`;
  replyPage(response, 402, url.pathname === "/p/tips/.topup" ? topUpPage(path, amount) : offerPage(amount));
}

const bolt11Of = (amount: bigint) => `lnbcrt${amount}`;

function offerPage(amount: bigint) {
  const { lightning } = pageInput();
  const quote = quoteOf({ kind: "use" }, amount);
  return renderPaymentPage(
    pageInput({
      price: freeChoice,
      chooseUrl: "/p/tips/.pay",
      quote: { ...quote, expiresAt: quote.issuedAt + paywall.holds },
      resourcePath: resource,
      statusUrl: "/p/tips/.status",
      unlockUrl: "/p/tips/.unlock",
      sandboxPayUrl: paywall.live ? null : `${site.base}/wallet`,
      lightning: lightning && { ...lightning, bolt11: bolt11Of(amount), token: `token${formatUsd(amount)}` },
    }),
  );
}

function topUpPage(resourcePath: string, amount: bigint) {
  return renderPaymentPage(
    pageInput({
      quote: quoteOf({ kind: "balance", seconds: 2_592_000, into: entitlement }, amount),
      chooseUrl: "/p/tips/.pay",
      resourcePath,
      statusUrl: "/p/tips/.status",
      unlockUrl: "/p/tips/.unlock",
      sandboxPayUrl: `${site.base}/wallet`,
    }),
  );
}

function says(text: string): Promise<void> {
  return site.page.locator("#state", { hasText: text }).waitFor();
}

function open(path = resource): Promise<unknown> {
  return site.page.goto(`${site.base}${path}`);
}

const amountField = () => site.page.getByLabel("Pay what you want, in US dollars");

test("without a script, the form leads to the page for that amount", async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${site.base}${resource}`);
  await plain.locator("#amount").fill("0.25");
  await plain.getByRole("button", { name: "Set" }).click();
  await plain.getByText("$0.25").first().waitFor();
  expect(paywall.asked).toEqual([`?resource=${encodeURIComponent(resource)}&amount=0.25`]);
  expect(await plain.locator("#invoice").inputValue()).toBe("lnbcrt250000");
  expect(await plain.locator('form[method=post] input[name="resource"]').getAttribute("value")).toBe(
    resource,
  );
  await plain.locator("#amount").fill("0.01");
  await plain.getByRole("button", { name: "Set" }).click();
  expect(paywall.asked).toHaveLength(1);
  await context.close();
});

test("with a script the offer is replaced in place: invoice, QR, price; focus and address stay", async () => {
  await open();
  const before = await site.page.locator("#qr").innerHTML();
  await amountField().fill("2.5");
  await amountField().press("Enter");
  await site.page.getByText("$2.50", { exact: true }).first().waitFor();
  expect(await site.page.locator("#invoice").inputValue()).toBe("lnbcrt2500000");
  expect(await site.page.locator("#qr").innerHTML()).not.toBe(before);
  expect(await site.page.evaluate(() => document.activeElement?.id)).toBe("amount");
  expect(site.page.url()).toBe(`${site.base}${resource}`);
  await says("Waiting for your payment");
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.paid).toEqual(["lnbcrt2500000"]);
  expect(paywall.unlocked).toEqual(["token2.50"]);
});

test("a press on the button right after typing pays the new amount, never the old", async () => {
  paywall.delay = 400;
  await open();
  await amountField().fill("3");
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.paid).toEqual(["lnbcrt3000000"]);
});

test("of two amounts in a row the last one counts", async () => {
  paywall.delay = 300;
  await open();
  await amountField().fill("3");
  await amountField().press("Enter");
  await amountField().fill("4");
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
  expect(paywall.paid).toEqual(["lnbcrt4000000"]);
  expect(paywall.asked).toHaveLength(2);
});

test("an amount that was chosen is asked for again when its price ends", async () => {
  await open();
  paywall.holds = 31;
  await amountField().fill("2.5");
  await amountField().press("Enter");
  await expect.poll(() => paywall.asked.length, { timeout: 8000 }).toBe(2);
  expect(paywall.asked[1]).toBe(`?resource=${encodeURIComponent(resource)}&amount=2.50`);
  expect(await site.page.locator("#invoice").inputValue()).toBe("lnbcrt2500000");
});

test("a wallet's link waits for the price of the new amount", async () => {
  paywall.live = true;
  paywall.delay = 300;
  await open();
  await amountField().fill("3");
  await site.page.evaluate(() => {
    Reflect.get(window, "navigation").addEventListener("navigate", (event: unknown) => {
      const { destination } = event as { readonly destination: { readonly url: string } };
      document.body.dataset["opened"] = `${document.body.dataset["opened"] ?? ""} ${destination.url}`;
    });
  });
  await site.page.locator("#go").click();
  const opened = () => site.page.evaluate(() => document.body.dataset["opened"]);
  await expect.poll(opened, { timeout: 5000 }).toBe(" lightning:lnbcrt3000000");
});

test("too small an amount is said, and is not paid", async () => {
  await open();
  await amountField().fill("0.05");
  await site.page.locator("#go").click();
  expect(await site.page.locator("#pay").getAttribute("data-state")).toBe("problem");
  expect(await amountField().getAttribute("aria-invalid")).toBe("true");
  await says("At least $0.10.");
  expect(paywall.asked).toEqual([]);
  await amountField().fill("9.5");
  await amountField().press("Enter");
  await says("Send a decimal number of US dollars");
  await site.page.locator("#go").click();
  await says("Send a decimal number of US dollars");
  expect(paywall.paid).toEqual([]);
  await amountField().fill("0.5");
  await amountField().press("Enter");
  await says("Waiting for your payment");
  await site.page.locator("#go").click();
  await site.page.getByRole("heading", { name: "The content" }).waitFor();
});

test("a top-up is told to the page around it, and shows what there is now", async () => {
  await open(`/p/tips/.topup?entitlement=${entitlement}`);
  await site.page.getByLabel("Add to the balance, in US dollars").fill("2");
  await site.page.locator("#go").click();
  await says("Topped up. Your balance is now $1.42.");
  expect(site.page.url()).toBe(`${site.base}/p/tips/.topup?entitlement=${entitlement}`);
  expect(await site.page.locator("#go").isVisible()).toBe(false);
  expect(await site.page.locator("#qr").isVisible()).toBe(false);
});

test("somebody else's top-up says nothing of a balance", async () => {
  paywall.infoOf = "ent_of_who_looks";
  await open(`/p/tips/.topup?entitlement=${entitlement}`);
  await site.page.locator("#go").click();
  await says("Topped up.");
  await site.page.waitForTimeout(200);
  expect(await site.page.locator("#state").textContent()).toBe("Topped up.");
});
