import { readEvmProof } from "@x402-paywall/core";
import { expect, test } from "vitest";
import { FakeWallet } from "../../cases/fake-wallet.ts";
import { pageInput } from "../../cases/page-inputs.ts";
import { base, baseSepolia, permit, polygon, RESOURCE, useWalletShop } from "../../cases/wallet-shop.ts";
import { english } from "../index.ts";

const site = useWalletShop();
const { says, press, start, content } = site;

const button = () => site.page.locator("#wallet-pay");
const phase = () => site.page.locator("#pay").getAttribute("data-wallet");
const focused = () => site.page.evaluate(() => document.activeElement?.id);

test("one wallet: connects, signs, and what was bought opens", async () => {
  const wallet = new FakeWallet();
  await start({ announced: [wallet] });
  await says("Ready: you sign a payment of 0.01 USDC on Base Sepolia.");
  expect(await site.page.locator(".who").innerText()).toMatch(/Fox Wallet\s+0x[0-9a-fA-F]{4}…[0-9a-fA-F]{4}/);
  expect(await focused()).toBe("wallet-pay");
  await site.page.keyboard.press("Enter");
  await content();
  const [payload] = site.payloads();
  expect(payload?.accepted).toEqual({ ...baseSepolia, extra: { ...baseSepolia.extra, quote: "q0" } });
  const proof = payload && readEvmProof(payload);
  if (proof?.kind !== "eip3009") throw new Error("another kind of proof");
  expect(proof.authorization).toMatchObject({
    from: wallet.account.address.toLowerCase(),
    to: baseSepolia.payTo.toLowerCase(),
    value: 10_000n,
  });
  expect(wallet.count("eth_signTypedData_v4")).toBe(1);
  expect(await site.page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("the script is loaded with the first press, and not before", async () => {
  await site.open({ announced: [new FakeWallet()] });
  await site.page.waitForTimeout(200);
  expect(site.shop.scriptLoads).toBe(0);
  site.shop.scriptFails = true;
  await press("Pay with a wallet");
  await says("That did not work. You can try again.");
  site.shop.scriptFails = false;
  await press("Pay with a wallet");
  await says("Ready");
  expect(site.shop.scriptLoads).toBe(2);
});

test("no wallet: says what to do, and looks again", async () => {
  await start();
  await says("No wallet was found in this browser. Install one as an extension, or open this page");
  expect(await button().textContent()).toBe("Look for a wallet again");
  await site.page.evaluate(() => {
    const request = async () => {
      throw Object.assign(new Error("no"), { code: 4001 });
    };
    Reflect.set(globalThis, "ethereum", { request });
  });
  await press("Look for a wallet again");
  await says("The connection was refused in Browser wallet. Nothing was charged.");
});

test("no wallet, where Lightning is offered too", async () => {
  site.shop.input = { ...site.shop.input, lightning: pageInput().lightning };
  await start();
  await says("or pay with Lightning.");
});

test("several wallets: one is chosen by keyboard, and another one afterwards", async () => {
  const [fox, owl] = [new FakeWallet(), new FakeWallet("Night Owl")];
  owl.balance = 1n;
  await start({ announced: [fox, owl] });
  await says("Choose the wallet to pay with.");
  expect(await button().isVisible()).toBe(false);
  const list = site.page.getByRole("group", { name: "Wallet" });
  expect(await list.getByRole("button").allInnerTexts()).toEqual(["Fox Wallet", "Night Owl"]);
  expect(
    await list.locator("img").evaluateAll((all) => all.every((one) => one.getAttribute("alt") === "")),
  ).toBe(true);
  await site.page.keyboard.press("Tab");
  await site.page.keyboard.press("Enter");
  await says("has 0.000001 USDC on Base Sepolia");
  expect(await focused()).toBe("wallet-pay");
  expect(fox.calls).toEqual([]);
  await press("Another wallet");
  await list.getByRole("button", { name: "Fox Wallet" }).click();
  await press("Pay 0.01 USDC");
  await content();
  expect(owl.count("eth_signTypedData_v4")).toBe(0);
});

test("connecting is said; refused, and a question that is already open, can be tried again", async () => {
  const wallet = new FakeWallet();
  const answer = wallet.hold("eth_requestAccounts");
  await start({ announced: [wallet] });
  await says("Confirm the connection in Fox Wallet…");
  expect(await button().getAttribute("aria-disabled")).toBe("true");
  wallet.refuseOnce("eth_requestAccounts");
  answer();
  await says("The connection was refused in Fox Wallet. Nothing was charged.");
  wallet.refuseOnce("eth_requestAccounts", -32_002, "Request already pending");
  await press("Connect Fox Wallet");
  await says("Fox Wallet already has a question open");
  await press("Try again");
  await says("Ready");
});

test("the wrong network: switches, told of the network where the wallet does not know it", async () => {
  const wallet = new FakeWallet();
  site.shop.input = { evm: [polygon] };
  wallet.chainId = 1;
  await start({ announced: [wallet] });
  await says("Fox Wallet is on Ethereum; this is paid on Polygon.");
  await press("Switch to Polygon");
  await says("Ready: you sign a payment of 0.01 USDC on Polygon.");
  expect(wallet.count("wallet_addEthereumChain")).toBe(1);
  expect(await focused()).toBe("wallet-pay");
  await press("Pay 0.01 USDC");
  await content();
  expect(site.payloads()[0]?.accepted?.network).toBe("eip155:137");
});

test("a refused switch charges nothing; a network that nobody can describe is named", async () => {
  const wallet = new FakeWallet();
  wallet.chainId = 8453;
  wallet.refuseOnce("wallet_switchEthereumChain");
  await start({ announced: [wallet] });
  await press("Switch to Base Sepolia");
  await says("Fox Wallet stays on another network. Nothing was charged; to pay, switch to Base Sepolia.");
  wallet.chains.delete(84_532);
  await press("Switch to Base Sepolia");
  await says("Fox Wallet does not know Base Sepolia. Add the network there, then try again.");
});

test("too little money: says how much there is and how much is needed", async () => {
  const wallet = new FakeWallet();
  wallet.balance = 2500n;
  await start({ announced: [wallet] });
  await says("has 0.0025 USDC on Base Sepolia, and 0.01 USDC are needed");
  wallet.balance = 10_000n;
  await press("Look again");
  await says("Ready");
});

test("in TEST no money has to be there; the button is for who has a wallet", async () => {
  const wallet = new FakeWallet();
  wallet.balance = 0n;
  site.shop.input = {
    ...site.shop.input,
    mode: "test",
    sandboxPayUrl: `${site.base}/wallet`,
    lightning: pageInput().lightning,
  };
  const without = await site.browser.newPage();
  await without.goto(`${site.base}${RESOURCE}`);
  await without.locator("#go").waitFor();
  expect(await without.locator("#wallet-pay").isVisible()).toBe(false);
  await without.close();
  await start({ ethereum: wallet });
  await says("Ready");
  await press("Pay 0.01 USDC");
  await content();
});

test("Permit2: the permission is explained, asked for once, waited for, and then the payment is signed", async () => {
  const wallet = new FakeWallet();
  site.shop.input = { evm: [permit] };
  wallet.refuseOnce("eth_sendTransaction");
  wallet.receipt = undefined;
  await start({ announced: [wallet] });
  await says("Once for USDC: let Permit2");
  await press("Allow once");
  await says("The permission was not given. Nothing was charged.");
  const answer = wallet.hold("eth_sendTransaction");
  await press("Allow once");
  await says("Confirm the permission in Fox Wallet…");
  answer();
  await says("The permission is on its way into a block…");
  wallet.receipt = true;
  await says("Ready");
  await press("Pay 0.01 USDC");
  await content();
  const [payload] = site.payloads();
  expect(payload && readEvmProof(payload)).toMatchObject({
    kind: "permit2",
    authorization: { facilitator: null },
  });
  expect(wallet.count("eth_sendTransaction")).toBe(2);
});

test("a permission that fails in its block is no permission", async () => {
  const wallet = new FakeWallet();
  site.shop.input = { evm: [permit] };
  wallet.receipt = false;
  await start({ announced: [wallet] });
  await press("Allow once");
  await says("The permission was not given.");
});

test("several networks: the wallet's own first, another by choice", async () => {
  const wallet = new FakeWallet();
  wallet.chainId = 8453;
  site.shop.input = { evm: [polygon, base, { ...base, scheme: "upto" }] };
  await start({ announced: [wallet] });
  await says("Ready: you sign a payment of 0.01 USDC on Base.");
  const radios = site.page.getByRole("group", { name: "Pay on" }).getByRole("radio");
  expect(await radios.evaluateAll((all) => all.map((one) => one.closest("label")?.textContent))).toEqual([
    "Base",
    "Polygon",
  ]);
  await site.page.getByRole("radio", { name: "Base" }).focus();
  await site.page.keyboard.press("ArrowDown");
  await says("Fox Wallet is on Base; this is paid on Polygon.");
  expect(await site.page.getByRole("radio", { name: "Polygon" }).isChecked()).toBe(true);
  expect(await site.page.evaluate(() => document.activeElement?.getAttribute("value"))).toBe("eip155:137");
  await press("Switch to Polygon");
  await press("Pay 0.01 USDC");
  await content();
  expect(site.payloads()[0]?.accepted?.network).toBe("eip155:137");
});

test("account and network are followed when they change underneath", async () => {
  const wallet = new FakeWallet();
  site.shop.input = { evm: [baseSepolia, base] };
  await start({ announced: [wallet] });
  await says("on Base Sepolia");
  wallet.chainId = 8453;
  wallet.emit("chainChanged", "0x2105");
  await says("Ready: you sign a payment of 0.01 USDC on Base.");
  wallet.chainId = 1;
  wallet.emit("chainChanged", "0x1");
  await says("Fox Wallet is on Ethereum; this is paid on Base.");
  wallet.chainId = 8453;
  wallet.emit("chainChanged", "0x2105");
  await says("Ready");
  wallet.balance = 1n;
  wallet.emit("accountsChanged", ["0x1234567890123456789012345678901234567890"]);
  await says("0x1234…7890 has 0.000001 USDC");
  wallet.emit("accountsChanged", []);
  await says("Fox Wallet is no longer connected. Nothing was charged.");
  wallet.balance = 10_000n;
  await press("Connect Fox Wallet");
  await says("Ready");
});

test("a wallet whose network changed without a word does not sign for the wrong one", async () => {
  const wallet = new FakeWallet();
  await start({ announced: [wallet] });
  await says("Ready");
  wallet.chainId = 1;
  await press("Pay 0.01 USDC");
  await says("Fox Wallet is on Ethereum; this is paid on Base Sepolia.");
  expect(wallet.count("eth_signTypedData_v4")).toBe(0);
});

test("what a contract signs is not sent", async () => {
  const wallet = new FakeWallet();
  wallet.signature = `0x${"ab".repeat(640)}`;
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("is a contract, whose signatures cannot be taken here");
  expect(site.shop.presented).toEqual([]);
});

test("a wallet that fails is quoted, as text", async () => {
  const wallet = new FakeWallet();
  wallet.refuseOnce("eth_signTypedData_v4", -32_603, "<b>Ledger is locked</b>");
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("Fox Wallet could not do that. Nothing was charged. <b>Ledger is locked</b>");
  await press("Try again");
  await says("Ready");
});

test("in another language and from right to left it says the page's own words", async () => {
  const { wallet } = english;
  site.shop.messages = {
    ...english,
    language: "he",
    direction: "rtl",
    wallet: {
      ...wallet,
      phases: { ...wallet.phases, ready: "מוכן: {amount}" },
      actions: { ...wallet.actions, pay: "לשלם {amount}" },
    },
  };
  await start({ announced: [new FakeWallet()] });
  await says("מוכן: 0.01 USDC");
  await press("לשלם 0.01 USDC");
  await content();
});

test("while a wallet is chosen, a payment by Lightning goes first", async () => {
  site.shop.input = { ...site.shop.input, lightning: pageInput().lightning };
  const wallet = new FakeWallet();
  wallet.hold("eth_requestAccounts");
  await start({ announced: [wallet] });
  await says("Confirm the connection");
  expect(await phase()).toBe("connecting");
  site.shop.lightningPaid = true;
  await content();
});
