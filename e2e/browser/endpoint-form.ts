import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { getInstance } from "../instance.ts";

const { appUrl, login } = getInstance();

/** A page of the dashboard, signed in. */
export async function openDashboard(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ baseURL: appUrl });
  await page.goto("/login");
  await page.getByLabel("Email").fill(login.email);
  await page.getByLabel("Password", { exact: true }).fill(login.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/app/);
  return page;
}

/** Buys as a person who was never here, with the sandbox wallet, and sees what was bought. */
export async function buyInPage(
  browser: Browser,
  url: string,
  opens: string,
  before: (payer: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  const payer = await browser.newPage();
  await payer.goto(url);
  await before(payer);
  await payer.getByRole("button", { name: /sandbox wallet/ }).click();
  await expect(payer.locator("body")).toContainText(opens);
  await payer.close();
}

/** The latest payment of the endpoint whose page is open. */
export async function openLatestPayment(page: Page, amount: string): Promise<void> {
  const payment = page.getByRole("table", { name: "Payments" }).getByRole("row").nth(1);
  // On a busy machine the list is asked for again.
  await expect(payment).toContainText(amount, { timeout: 15_000 });
  await payment.getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Payment", exact: true })).toBeVisible();
}

type Fields = Readonly<Record<string, string>>;

/** The editor of the default price. */
export function editor(within: Page | Locator): Locator {
  return within.getByRole("group", { name: "Default price" });
}

/** Chooses how is charged and fills in what that asks for, by its labels. */
export async function fillPrice(editorOf: Locator, model: string, fields: Fields): Promise<void> {
  await editorOf.getByLabel("Payers are charged").selectOption({ label: model });
  for (const [label, value] of Object.entries(fields))
    // oxlint-disable-next-line no-await-in-loop
    await editorOf.getByLabel(label, { exact: true }).fill(value);
}

/** Makes an endpoint as a person does, and ends on its page. */
export async function createInForm(
  page: Page,
  { url, slug, below, fill }: { url: string; slug: string; below: boolean; fill: () => Promise<void> },
): Promise<void> {
  await page.goto("/app/endpoints/new");
  await page.getByRole("textbox", { name: "Paste a URL" }).fill(url);
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByLabel("Title").fill(slug);
  await page.getByLabel("Link", { exact: true }).fill(slug);
  await page.getByLabel("Sells").selectOption(below ? "prefix" : "exact");
  await fill();
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await page.waitForURL(/\/app\/endpoints\/(?!new)/);
}

export interface Tried {
  readonly method?: string;
  readonly target: string;
  readonly body?: string;
  readonly usage?: Fields;
  /** Of the answer: its rows by name. */
  readonly says: Fields;
}

/** Tries a request against the prices in the form. */
export async function tryRequest(page: Page, { method, target, body, usage, says }: Tried): Promise<void> {
  const panel = page.locator("section", { has: page.getByRole("heading", { name: "Try a request" }) });
  if (method !== undefined) await panel.getByLabel("Method").selectOption(method);
  await panel.getByLabel("Path and query").fill(target);
  if (body !== undefined) {
    await panel.getByText("JSON body").first().click();
    await panel.getByLabel("JSON body").fill(body);
  }
  for (const [label, value] of Object.entries(usage ?? {}))
    // oxlint-disable-next-line no-await-in-loop
    await panel.getByLabel(label, { exact: true }).fill(value);
  for (const [name, text] of Object.entries(says)) {
    const row = panel.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
    // oxlint-disable-next-line no-await-in-loop
    await expect(row.getByRole("definition")).toContainText(text);
  }
}

export async function saveChanges(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText(/^Saved\./).first()).toBeVisible();
}
