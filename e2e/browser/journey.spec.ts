import { expect, test } from "@playwright/test";
import { getInstance } from "../instance.ts";

const instance = getInstance();

test("paste a URL, be paid, sign up, and find the earnings: under 60 seconds", async ({ page, context }) => {
  const started = Date.now();
  await page.goto(instance.appUrl);
  await page.getByRole("textbox", { name: "Paste a URL" }).fill(`${instance.demoUrl}/v1/weather`);
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("button", { name: "Create test link" }).click();
  await expect(page.getByRole("heading", { name: "Your link is ready." })).toBeVisible();

  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: /Pay as a person/ }).click();
  const payer = await opened;
  await expect(payer.getByText("TEST", { exact: true }).first()).toBeVisible();
  await payer.getByRole("button", { name: /sandbox wallet/ }).click();
  await expect(payer.locator("body")).toContainText("temperature");
  // The paying browser keeps what it paid for.
  await payer.reload();
  await expect(payer.locator("body")).toContainText("temperature");
  await payer.close();

  await page.getByRole("link", { name: /Keep this link/ }).click();
  await page.getByLabel("Name").fill("Browser Test");
  await page.getByLabel("Email").fill(`creator-${crypto.randomUUID()}@example.com`);
  await page.getByLabel("Password", { exact: true }).fill("a long enough password");
  await page.getByRole("button", { name: /Sign up|Create account|Keep/ }).click();
  await page.waitForURL(/\/app/);

  await page.goto(`${instance.appUrl}/app/endpoints`);
  const row = page.getByRole("row").filter({ hasText: "weather" });
  await expect(row).toContainText("0.01");
  await page.goto(`${instance.appUrl}/app/receipts`);
  await expect(page.getByText("0.01").first()).toBeVisible();
  expect(Date.now() - started).toBeLessThan(60_000);
});
