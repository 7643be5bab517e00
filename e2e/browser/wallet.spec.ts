import { expect, type Page, test } from "@playwright/test";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { openChain } from "../chain/start-chain.ts";
import { getInstance } from "../instance.ts";
import { createCreator } from "../system/live/creator.ts";
import { injectWallet } from "./injected-wallet.ts";

const { gatewayUrls, chainRpcUrl } = getInstance();
const [gateway = ""] = gatewayUrls;
const chain = openChain(chainRpcUrl);
const CHAIN_ID = "0x14a34";

/** A LIVE endpoint of a creator of its own, and a browser whose wallet has so much USDC. */
async function open(page: Page, usdc: bigint) {
  const creator = await createCreator();
  const { slug } = await creator.sell({ match: "prefix" });
  const account = privateKeyToAccount(generatePrivateKey());
  if (usdc > 0n) await chain.fund(account.address, usdc);
  const wallet = await injectWallet(page, { account, rpcUrl: chainRpcUrl, chainId: CHAIN_ID });
  await page.goto(`${gateway}/p/${slug}/v1/weather`);
  return { creator, account, wallet };
}

/** From the button on the page to the wallet being on the right network. */
async function connect(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Pay with a wallet (USDC)" }).click();
  await expect(page.getByText("Anvil Wallet is on Ethereum")).toBeVisible();
  await page.getByRole("button", { name: "Switch to Base Sepolia" }).click();
}

test("a person pays USDC on the chain, after a switch to the right network", async ({ page }) => {
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  const { creator, account, wallet } = await open(page, 1_000_000n);
  expect(scripts).toEqual([]);
  await connect(page);
  expect(scripts).toHaveLength(1);
  await page.getByRole("button", { name: "Pay 0.01 USDC" }).click();
  await expect(page.locator("body")).toContainText("temperature", { timeout: 20_000 });

  expect(await chain.balanceOf(creator.payTo)).toBe(10_000n);
  expect(await chain.balanceOf(account.address)).toBe(990_000n);
  expect(await creator.receipts()).toMatchObject([{ amount: "10000", wire: "x402" }]);
  expect(wallet.asked.filter((method) => method === "eth_signTypedData_v4")).toHaveLength(1);

  // It keeps what it paid for.
  await page.reload();
  await expect(page.locator("body")).toContainText("temperature");
  expect(await chain.balanceOf(creator.payTo)).toBe(10_000n);
});

test("what a person refuses to sign costs nothing, and can be signed afterwards", async ({ page }) => {
  const { creator, wallet } = await open(page, 1_000_000n);
  wallet.rejectNext("eth_signTypedData_v4");
  await connect(page);
  await page.getByRole("button", { name: "Pay 0.01 USDC" }).click();
  await expect(page.getByText("You did not sign in Anvil Wallet")).toBeVisible();
  expect(await chain.balanceOf(creator.payTo)).toBe(0n);
  await page
    .getByRole("button", { name: /^(Pay|Try again)/ })
    .last()
    .click();
  await expect(page.locator("body")).toContainText("temperature", { timeout: 20_000 });
  expect(await chain.balanceOf(creator.payTo)).toBe(10_000n);
});

test("a wallet without enough is told how much is missing, and signs nothing", async ({ page }) => {
  const { creator, wallet } = await open(page, 2_500n);
  await connect(page);
  await expect(page.getByText(/has 0\.0025 USDC on Base Sepolia, and 0\.01 USDC are needed/)).toBeVisible();
  expect(wallet.asked).not.toContain("eth_signTypedData_v4");
  expect(await chain.balanceOf(creator.payTo)).toBe(0n);
});
