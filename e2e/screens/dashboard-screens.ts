import type { PriceModel } from "@x402-paywall/core";
import type { Page } from "playwright-core";
import { lightningScreens } from "./lightning-screens.ts";
import type { Screen } from "./screen.ts";

const priceModels = [
  "per-request",
  "metered",
  "bundle",
  "pass",
  "pay-what-you-want",
  "computed",
] as const satisfies readonly PriceModel[];

async function inspectUrl(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Paste a URL" }).fill("api.example.com/v1/weather");
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("textbox", { name: "Link" }).waitFor();
}

async function openRefund(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Refund" }).click();
  await page.getByRole("dialog").waitFor();
}

const payTo = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

async function pasteAddress(page: Page, address: string): Promise<void> {
  await page.getByRole("textbox", { name: "Address" }).fill(address);
  await page.waitForTimeout(1_000);
}

/** The form for one model, with what it hides at first and the tester's answer. */
function newEndpoint(model: PriceModel): Screen {
  return {
    name: `endpoint-new-${model}`,
    path: "/app/endpoints/new",
    prepare: async (page) => {
      await inspectUrl(page);
      await page.getByRole("combobox", { name: "Payers are charged" }).selectOption(model);
      await page.evaluate(() => {
        for (const hidden of document.querySelectorAll("main details")) hidden.setAttribute("open", "");
      });
      await page.getByText("To be paid", { exact: true }).waitFor();
    },
  };
}

export const dashboardScreens: readonly Screen[] = [
  { name: "landing", path: "/", state: "visitor" },
  { name: "landing-found", path: "/", state: "visitor", prepare: inspectUrl },
  {
    name: "landing-result",
    path: "/",
    state: "visitor",
    prepare: async (page) => {
      await inspectUrl(page);
      await page.getByRole("button", { name: "Create test link" }).click();
      await page.getByRole("button", { name: "Pay as an agent" }).click();
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
  },
  { name: "new", path: "/new", state: "visitor" },
  { name: "login", path: "/login", state: "visitor" },
  {
    name: "signup-errors",
    path: "/signup",
    state: "visitor",
    prepare: (page) => page.getByRole("button", { name: "Create account" }).click(),
  },
  {
    name: "overview",
    path: "/app?range=30d",
    prepare: (page) => page.locator(".recharts-bar").first().waitFor(),
  },
  {
    name: "overview-table",
    path: "/app?range=7d",
    prepare: (page) => page.getByRole("button", { name: "View as table" }).click(),
  },
  { name: "overview-empty", path: "/app", state: "empty" },
  { name: "overview-failing", path: "/app", state: "failing" },
  { name: "endpoints", path: "/app/endpoints" },
  { name: "endpoints-empty", path: "/app/endpoints", state: "empty" },
  { name: "endpoint-new", path: "/app/endpoints/new", prepare: inspectUrl },
  ...priceModels.map(newEndpoint),
  { name: "endpoint", path: "/app/endpoints/end_weather" },
  { name: "endpoint-metered", path: "/app/endpoints/end_chat" },
  { name: "endpoint-edit", path: "/app/endpoints/end_weather?tab=edit" },
  { name: "endpoint-share", path: "/app/endpoints/end_weather?tab=share" },
  { name: "endpoint-prices", path: "/app/endpoints/end_weather?tab=prices" },
  {
    name: "endpoint-archive",
    dialog: true,
    path: "/app/endpoints/end_weather",
    prepare: (page) => page.getByRole("button", { name: "Archive" }).click(),
  },
  {
    name: "endpoint-go-live",
    dialog: true,
    path: "/app/endpoints/end_weather",
    prepare: (page) => page.getByRole("button", { name: "Go live" }).click(),
  },
  {
    name: "endpoint-go-live-ready",
    dialog: true,
    state: "live",
    path: "/app/endpoints/end_weather",
    prepare: (page) => page.getByRole("button", { name: "Go live" }).click(),
  },
  { name: "endpoint-live", state: "live", path: "/app/endpoints/end_live" },
  { name: "endpoint-live-edit", state: "live", path: "/app/endpoints/end_live?tab=edit" },
  {
    name: "endpoint-back-to-test",
    dialog: true,
    state: "live",
    path: "/app/endpoints/end_live",
    prepare: (page) => page.getByRole("button", { name: "Back to test" }).click(),
  },
  { name: "endpoints-live", state: "live", path: "/app/endpoints" },
  { name: "endpoints-none-live", state: "empty", path: "/app/endpoints?mode=live" },
  { name: "overview-live", state: "live", path: "/app?range=30d" },
  { name: "payments-live", state: "live", path: "/app/payments" },
  { name: "rails", path: "/app/settings/rails" },
  { name: "rails-found", path: "/app/settings/rails", prepare: (page) => pasteAddress(page, payTo) },
  {
    name: "rails-secret",
    path: "/app/settings/rails",
    prepare: (page) => pasteAddress(page, "5".repeat(64)),
  },
  {
    name: "rails-contract",
    path: "/app/settings/rails",
    prepare: async (page) => {
      await pasteAddress(page, "0x1234567890abcdef1234567890abcdef1234567c");
      for (const name of ["Base", "Polygon", "Arbitrum One"])
        // oxlint-disable-next-line no-await-in-loop
        await page.getByRole("checkbox", { name, exact: true }).check();
      await page.getByRole("checkbox", { name: /I have read/ }).check();
    },
  },
  { name: "rails-connected", state: "live", path: "/app/settings/rails" },
  {
    name: "rails-change",
    state: "live",
    path: "/app/settings/rails",
    prepare: (page) => page.getByRole("button", { name: "Change", exact: true }).click(),
  },
  {
    name: "rails-in-use",
    dialog: true,
    state: "live",
    path: "/app/settings/rails",
    prepare: (page) => page.getByRole("button", { name: "Disconnect" }).click(),
  },
  ...lightningScreens,
  { name: "rails-closed", state: "closed", path: "/app/settings/rails" },
  { name: "rails-failing", state: "failing", path: "/app/settings/rails" },
  { name: "payments", path: "/app/payments" },
  { name: "payments-failing", path: "/app/payments", state: "failing" },
  { name: "payment", path: "/app/payments/pay_0" },
  { name: "payment-refunded", path: "/app/payments/pay_1" },
  { name: "payment-refund", path: "/app/payments/pay_0", dialog: true, prepare: openRefund },
  {
    name: "payment-refund-part",
    path: "/app/payments/pay_1",
    dialog: true,
    prepare: async (page) => {
      await openRefund(page);
      await page.getByRole("radio", { name: "A part of it" }).check();
      await page.getByRole("textbox", { name: "Amount" }).fill("0.02");
      await page.getByRole("dialog").getByRole("button", { name: "Refund" }).click();
    },
  },
  { name: "payment-lightning", path: "/app/payments/pay_2" },
  { name: "receipts", path: "/app/receipts" },
  { name: "receipt", path: "/app/receipts/rcp_1" },
  { name: "receipt-lightning", path: "/app/receipts/rcp_1", state: "lightning" },
  { name: "public-receipt", path: "/r/rcp_1", state: "visitor" },
  { name: "public-receipt-lightning", path: "/r/rcp_1", state: "lightning" },
  { name: "endpoints-lightning", path: "/app/endpoints", state: "lightning" },
  { name: "developers", path: "/app/developers" },
  {
    name: "developers-created",
    path: "/app/developers",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Create key" }).first().click();
      await page.getByRole("textbox", { name: "Name" }).fill("Build server");
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    },
  },
  { name: "problems", path: "/docs/problems", state: "visitor" },
  { name: "problem", path: "/docs/problems/credential-redeemed", state: "visitor" },
  { name: "not-found", path: "/nothing-here", state: "visitor" },
];
