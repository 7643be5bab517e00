import { expect, type Page, test } from "@playwright/test";
import { getInstance } from "../instance.ts";
import {
  buyInPage,
  createInForm,
  editor,
  fillPrice,
  openDashboard,
  openLatestPayment,
  saveChanges,
  type Tried,
  tryRequest,
} from "./endpoint-form.ts";

const { demoUrl, gatewayUrls } = getInstance();
const content = gatewayUrls[0] ?? "";

interface Model {
  readonly slug: string;
  readonly label: string;
  /** Below the demo upstream, and below the link. */
  readonly upstream: string;
  readonly resource?: string;
  readonly below?: true;
  readonly fields: Readonly<Record<string, string>>;
  /** What payers read. */
  readonly sentence: string;
  readonly tried: Tried;
  readonly edit: { readonly field: string; readonly value: string; readonly sentence: string };
  readonly pays?: string;
  /** Of the payment that is made after the edit. */
  readonly amount: string;
  readonly opens: string;
}

const models: readonly Model[] = [
  {
    slug: "ui-flat",
    label: "Per request",
    upstream: "/v1/weather",
    fields: { "Price per request": "0.03" },
    sentence: "$0.03 per request",
    tried: {
      target: "/",
      says: { Matches: "No rule: the default price", "To be paid": "$0.03", "It buys": "this request" },
    },
    edit: { field: "Price per request", value: "0.035", sentence: "$0.035 per request" },
    amount: "$0.035",
    opens: "temperature",
  },
  {
    slug: "ui-bundle",
    label: "Bundle of requests",
    upstream: "/v1",
    below: true,
    resource: "/weather",
    fields: { "Price of the bundle": "0.20", "Requests in it": "5" },
    sentence: "5 requests for $0.20",
    tried: {
      target: "/weather?city=Osaka",
      says: { "To be paid": "$0.20", "It buys": "5 requests within 30 days" },
    },
    edit: { field: "Requests in it", value: "8", sentence: "8 requests for $0.20" },
    amount: "$0.20",
    opens: "temperature",
  },
  {
    slug: "ui-pass",
    label: "Time pass",
    upstream: "/v1",
    below: true,
    resource: "/quotes/BTC",
    fields: { "Price of the pass": "0.40", "Lasts for": "2" },
    sentence: "2 hours for $0.40",
    tried: { target: "/quotes/BTC", says: { "To be paid": "$0.40", "It buys": "2 hours of access" } },
    edit: { field: "Price of the pass", value: "0.45", sentence: "2 hours for $0.45" },
    amount: "$0.45",
    opens: "currency",
  },
  {
    slug: "ui-metered",
    label: "By usage",
    upstream: "/v1/story?tokens=12&delay=1",
    fields: { "Input tokens": "", "Output tokens": "50", Deposit: "0.02" },
    sentence: "$50.00 per 1M output tokens",
    tried: {
      target: "/",
      usage: { "Output tokens": "12" },
      // The deposit is paid, twelve tokens are charged.
      says: {
        "To be paid": "$0.02",
        "It buys": "$0.02 of balance for 30 days",
        "Answer costs": "$0.0006",
      },
    },
    edit: { field: "Output tokens", value: "100", sentence: "$100.00 per 1M output tokens" },
    amount: "$0.02",
    opens: "Once",
  },
  {
    slug: "ui-tip",
    label: "Pay what you want",
    upstream: "/v1/premium/report",
    fields: { "Least amount": "0.10", "Suggested amount": "0.50" },
    sentence: "pay what you want, from $0.10 per request",
    tried: { target: "/", says: { "To be paid": "$0.10", "It buys": "this request" } },
    edit: { field: "Least amount", value: "0.20", sentence: "pay what you want, from $0.20 per request" },
    pays: "0.75",
    amount: "$0.75",
    opens: "State of paid APIs",
  },
  {
    slug: "ui-computed",
    label: "Computed",
    upstream: "/v1/weather",
    resource: "?days=3",
    fields: { "Formula, in US dollars": "0.01 * number(query.days)", "Highest price": "0.10" },
    sentence: "varies by request, at most $0.10",
    tried: { target: "/?days=4", says: { "To be paid": "$0.04", "It buys": "this request" } },
    edit: {
      field: "Formula, in US dollars",
      value: "0.02 * number(query.days)",
      sentence: "varies by request",
    },
    amount: "$0.06",
    opens: "temperature",
  },
];

let page: Page;
test.beforeAll(async ({ browser }) => {
  page = await openDashboard(browser);
});
test.afterAll(() => page.close());

for (const model of models) {
  test(`${model.label}: made, tried, changed and bought`, async ({ browser }) => {
    const { sentence, tried, edit } = model;
    // A second run after a fault finds the first one's slug taken.
    const slug = `${model.slug}-${crypto.randomUUID().slice(0, 8)}`;
    await createInForm(page, {
      url: `${demoUrl}${model.upstream}`,
      slug,
      below: model.below === true,
      fill: async () => {
        await fillPrice(editor(page), model.label, model.fields);
        await expect(editor(page)).toContainText(`Payers read: ${sentence}`);
        await tryRequest(page, tried);
      },
    });

    await page.getByRole("link", { name: "Edit", exact: true }).click();
    await editor(page).getByLabel(edit.field, { exact: true }).fill(edit.value);
    await expect(editor(page)).toContainText(`Payers read: ${edit.sentence}`);
    await saveChanges(page);
    await page.getByRole("link", { name: "Price history" }).click();
    const change = page.getByRole("row").nth(1);
    await expect(change).toContainText("Default price");
    await expect(change).toContainText(`${sentence}→ became ${edit.sentence}`);
    await expect(change.getByRole("cell").nth(2)).not.toBeEmpty();

    await buyInPage(browser, `${content}/p/${slug}${model.resource ?? ""}`, model.opens, async (payer) => {
      if (model.pays === undefined) return;
      const wanted = payer.getByLabel(/Pay what you want/);
      await expect(wanted, "it starts with what is suggested").toHaveValue("0.50");
      await wanted.fill(model.pays);
    });

    await page.getByRole("link", { name: "Overview" }).last().click();
    await openLatestPayment(page, model.amount);
    await page.getByRole("link", { name: /^rcp_/ }).click();
    await expect(page.getByRole("heading", { name: "Receipt" }).first()).toBeVisible();
    await expect(page.getByText(model.amount).first()).toBeVisible();
  });
}

test("a rule gives one path another model", async ({ browser }) => {
  const slug = `ui-rule-${crypto.randomUUID().slice(0, 8)}`;
  await createInForm(page, {
    url: `${demoUrl}/v1`,
    slug,
    below: true,
    fill: async () => {
      await fillPrice(editor(page), "Per request", { "Price per request": "0.01" });
      await page.getByRole("button", { name: "Add rule" }).click();
      const rule = page.getByRole("listitem", { name: "Rule 1" });
      await rule.getByLabel("Methods").fill("GET");
      await rule.getByLabel("Path").fill("/premium/*");
      await fillPrice(rule, "Time pass", { "Price of the pass": "0.30", "Lasts for": "3" });
      await expect(rule).toContainText("Payers read: 3 hours for $0.30");
      await tryRequest(page, {
        target: "/premium/report",
        says: { Matches: "Rule 1: GET /premium/*", "To be paid": "$0.30" },
      });
      await tryRequest(page, {
        method: "POST",
        target: "/premium/report",
        says: { Matches: "No rule", "To be paid": "$0.01" },
      });
      await tryRequest(page, {
        method: "GET",
        target: "/weather",
        says: { Matches: "No rule", "To be paid": "$0.01" },
      });
    },
  });
  const link = `${content}/p/${slug}`;
  await buyInPage(browser, `${link}/premium/report`, "State of paid APIs", async (payer) => {
    await expect(payer.getByText("Everything at this price for 3 hours.")).toBeVisible();
  });
  await buyInPage(browser, `${link}/weather`, "temperature", async (payer) => {
    await expect(payer.getByText("One request.")).toBeVisible();
  });
  await page.getByRole("link", { name: "Overview" }).last().click();
  const amounts = page.getByRole("table", { name: "Payments" }).getByRole("row");
  await expect(amounts.nth(1)).toContainText("$0.01");
  await expect(amounts.nth(2)).toContainText("$0.30");
});
