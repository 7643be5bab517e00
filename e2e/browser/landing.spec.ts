import { expect, test } from "@playwright/test";
import { getInstance } from "../instance.ts";

const { appUrl, gatewayUrls } = getInstance();
const content = gatewayUrls[0] ?? "";

test("the landing page shows a real 402, lets a visitor pay it, and shows the answer and its receipt", async ({
  page,
  context,
}) => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|hydrat/i.test(message.text())) complaints.push(message.text());
  });
  const challenged = page.waitForResponse((answer) => answer.url().includes("/p/demo-json/weather"));
  await page.goto(appUrl);
  expect((await challenged).status()).toBe(402);

  const demo = page.locator("x402-paywall");
  const slip = demo.getByRole("region", { name: "Payment" });
  await expect(slip.getByRole("heading", { name: "Weather and quotes" })).toBeVisible();
  await expect(slip.getByText("TEST", { exact: true })).toBeVisible();
  // TEST mode's rate: a dollar is 1,000 satoshi.
  for (const amount of ["$0.01", "10 sat", "0.00000010 BTC"])
    await expect(slip.getByText(amount, { exact: true })).toBeVisible();
  await expect(demo.getByRole("img", { name: /QR code/ })).toBeVisible();
  await expect(demo.getByLabel("Lightning invoice", { exact: true })).toHaveValue(/^lnbcrt100n1/);
  await expect(demo.locator("#state")).toHaveText("Waiting for your payment…");
  const wire = page.getByRole("region", { name: "What the demo does on the wire" });
  await expect(wire).toContainText("402 Payment Required: x402, L402, MPP");
  await expect(wire).toContainText("waiting for you");

  await demo.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await expect(demo.locator("pre")).toContainText('"city": "Lisbon"');
  await expect(wire).toContainText("200 OK, with a signed receipt");
  const opened = context.waitForEvent("page");
  await demo.getByRole("link", { name: "Receipt" }).click();
  const receipt = await opened;
  await expect(receipt.getByText("$0.01").first()).toBeVisible();
  await receipt.close();

  await page.getByRole("button", { name: "Once more" }).click();
  await expect(demo.locator("#state")).toHaveText("Waiting for your payment…");
  expect(complaints).toEqual([]);
});

test("where the demo cannot be reached an example stands for it, and it can be tried again", async ({
  page,
}) => {
  await page.route(`${content}/**`, (route) => route.abort());
  await page.goto(appUrl);
  await expect(page.getByText("An example: the live demo cannot be reached right now.")).toBeVisible();
  await page.unroute(`${content}/**`);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("x402-paywall #state")).toHaveText("Waiting for your payment…");
});

test("without JavaScript there is the example, and a link to the payment page", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(appUrl);
  await expect(page.getByText("Weather, hourly")).toBeVisible();
  await page.getByRole("link", { name: "Open its payment page" }).click();
  await expect(page.getByRole("heading", { name: "Weather and quotes" })).toBeVisible();
  await context.close();
});

test("on a phone nothing is wider than the screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(appUrl);
  await expect(page.locator("x402-paywall #state")).toHaveText("Waiting for your payment…");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBe(0);
});
