import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const path = "/app/settings/rails";
/** Of each failure that lnd can have. */
const failures = [
  "too-many-rights",
  "certificate",
  "unreachable",
  "timeout",
  "unauthorized",
  "forbidden",
  "unavailable",
  "refused",
  "malformed",
  "wrong-network",
  "no-inbound",
] as const;

async function fillLnd(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Host and port" }).fill(`${name}.example:10009`);
  await page.getByRole("textbox", { name: "Macaroon" }).fill(`0201036c6e64${"02f8c1".repeat(20)}`);
}

async function testLnd(page: Page, name: string): Promise<void> {
  await fillLnd(page, name);
  await runTest(page);
}

async function runTest(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.waitForTimeout(500);
}

async function choose(page: Page, kind: string): Promise<void> {
  await page.getByRole("radio", { name: kind }).check();
}

/** Settings → Payment rails → Lightning: each kind, each sentence about what is wrong, and what is connected. */
export const lightningScreens: readonly Screen[] = [
  ...failures.map((name) => ({
    name: `lightning-${name}`,
    path,
    prepare: (page: Page) => testLnd(page, name),
  })),
  { name: "lightning-lnd", path },
  { name: "lightning-nwc", path, prepare: (page) => choose(page, "Nostr Wallet Connect") },
  {
    name: "lightning-nwc-spends",
    path,
    prepare: async (page) => {
      await choose(page, "Nostr Wallet Connect");
      await page
        .getByRole("textbox", { name: "Connection string" })
        .fill("nostr+walletconnect://ab?relay=wss://too-many-rights.example&secret=cd");
      await runTest(page);
    },
  },
  {
    name: "lightning-phoenixd",
    path,
    prepare: async (page) => {
      await choose(page, "phoenixd");
      await page.getByRole("textbox", { name: "URL" }).fill("https://unauthorized.example");
      await page.getByRole("textbox", { name: "Limited password" }).fill("c0ffee");
      await runTest(page);
    },
  },
  { name: "lightning-found", path, prepare: (page) => testLnd(page, "good") },
  {
    name: "lightning-warns",
    path,
    prepare: async (page) => {
      await testLnd(page, "warns");
      await page.getByRole("checkbox", { name: /I have read this/ }).check();
    },
  },
  { name: "lightning-connected", state: "both", path },
  { name: "lightning-away", state: "away", path },
  {
    name: "lightning-replace",
    state: "lightning",
    path,
    prepare: (page) => page.getByRole("button", { name: "Replace" }).click(),
  },
  {
    name: "lightning-in-use",
    dialog: true,
    state: "lightning",
    path,
    prepare: (page) => page.getByRole("button", { name: "Disconnect" }).click(),
  },
  {
    name: "lightning-leave",
    dialog: true,
    state: "both",
    path,
    prepare: (page) => page.getByRole("button", { name: "Disconnect" }).last().click(),
  },
  {
    name: "lightning-go-live",
    dialog: true,
    state: "away",
    path: "/app/endpoints/end_weather",
    prepare: (page) => page.getByRole("button", { name: "Go live" }).click(),
  },
];
