import { expect, test } from "@playwright/test";
import { createEndpoint } from "../create-endpoint.ts";
import { getInstance } from "../instance.ts";

const { demoUrl, gatewayUrls } = getInstance();
const content = gatewayUrls[0] ?? "";
const STORY = "/v1/story?tokens=180&delay=4";

/** The story as the upstream tells it. */
async function wholeStory(): Promise<string> {
  const text = await (await fetch(`${demoUrl}${STORY}`)).text();
  const deltas = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json ?? "") as Chunk);
  return deltas.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

test("a stream that runs dry asks for a top-up in the page and goes on where it stopped", async ({
  page,
}) => {
  await createEndpoint({
    slug: "test-story",
    url: `${demoUrl}${STORY}`,
    match: "exact",
    kind: "stream",
    // A cent buys a hundred tokens.
    price: {
      model: "metered",
      rates: { outputToken: "100000000" },
      deposit: "10000",
      validSeconds: 86_400,
      minimum: "0",
      cap: "100000",
      clampOutput: true,
      onLeave: "cancel",
    },
  });
  await page.goto(`${content}/p/test-story`);
  await expect(page.getByText(/\$100(\.00)? per 1M output tokens/).first()).toBeVisible();
  await page.getByRole("button", { name: /sandbox wallet/ }).click();

  const answer = page.locator("#text");
  await expect(answer).not.toBeEmpty();
  await expect(page.getByRole("heading", { name: /Top up/ })).toBeVisible({ timeout: 15_000 });
  const before = (await answer.textContent()) ?? "";
  const story = await wholeStory();
  expect(story.startsWith(before)).toBe(true);
  expect(before.length).toBeLessThan(story.length);

  await page
    .frameLocator("iframe")
    .getByRole("button", { name: /sandbox wallet/ })
    .click();
  await expect.poll(async () => answer.textContent(), { timeout: 15_000 }).toBe(story);
  await expect(page.getByRole("heading", { name: /Top up/ })).toBeHidden();
  await expect(page.getByRole("link", { name: /receipt/i })).toBeVisible();
});

test("a time pass opens a second visit, to another page, without paying", async ({ page, context }) => {
  await createEndpoint({
    slug: "test-pass",
    url: `${demoUrl}/v1`,
    price: { model: "pass", amount: "100000", seconds: 3600, maxUses: null },
  });
  await page.goto(`${content}/p/test-pass/weather`);
  await expect(page.getByText(/1 hour/).first()).toBeVisible();
  await page.getByRole("button", { name: /sandbox wallet/ }).click();
  await expect(page.locator("body")).toContainText("temperature");
  await page.close();

  const second = await context.newPage();
  const visited = await second.goto(`${content}/p/test-pass/weather?days=2`);
  expect(visited?.status()).toBe(200);
  await expect(second.locator("body")).toContainText("temperature");
});
