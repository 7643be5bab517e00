import { expect, test } from "vitest";
import { FakeWallet } from "../../cases/fake-wallet.ts";
import { freeChoice, pageInput } from "../../cases/page-inputs.ts";
import { baseSepolia, useWalletShop } from "../../cases/wallet-shop.ts";

const site = useWalletShop();
const { says, press, start, content } = site;
const state = () => site.page.locator("#pay").getAttribute("data-state");
const kept = () => site.page.evaluate(() => sessionStorage.length);

test("a rejected signature charges nothing, and can be tried again", async () => {
  const wallet = new FakeWallet();
  wallet.refuseOnce("eth_signTypedData_v4");
  await start({ announced: [wallet] });
  const answer = wallet.hold("eth_signTypedData_v4");
  await press("Pay 0.01 USDC");
  await says("Sign the payment in Fox Wallet…");
  expect(await state()).toBe("paying");
  answer();
  await says("You did not sign in Fox Wallet. Nothing was charged; you can try again.");
  expect([site.shop.presented.length, await kept()]).toEqual([0, 0]);
  await press("Pay 0.01 USDC");
  await content();
});

test("an outcome that is not known is asked about by itself, with the same payment", async () => {
  const wallet = new FakeWallet();
  site.shop.unlockAnswers = [
    [503, { code: "settlement_unknown" }, "1"],
    [409, { code: "in_progress" }, "1"],
  ];
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("The payment is not settled for certain yet.");
  expect(await state()).toBe("waiting");
  await content();
  expect(site.shop.presented).toHaveLength(3);
  expect(new Set(site.shop.presented).size).toBe(1);
  expect(wallet.count("eth_signTypedData_v4")).toBe(1);
});

test("a reload in the middle asks again with the same payment; nobody signs twice", async () => {
  const wallet = new FakeWallet();
  const { promise, resolve } = Promise.withResolvers<void>();
  site.shop.held = promise;
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("Signed. The payment is being settled…");
  await expect.poll(() => site.shop.presented.length).toBe(1);
  await site.page.reload();
  await says("Signed. The payment is being settled…");
  await expect.poll(() => site.shop.presented.length).toBe(2);
  site.shop.held = undefined;
  resolve();
  await content();
  expect(new Set(site.shop.presented).size).toBe(1);
  expect(wallet.count("eth_signTypedData_v4")).toBe(1);
  expect([await kept(), site.shop.scriptLoads]).toEqual([0, 1]);
});

test("after a fault of the server the same payment is tried, without another signature", async () => {
  const wallet = new FakeWallet();
  site.shop.unlockAnswers = [[500, { title: "Something went wrong" }]];
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("Something went wrong.");
  expect(await kept()).toBe(1);
  await press("Pay 0.01 USDC");
  await content();
  expect(new Set(site.shop.presented).size).toBe(1);
  expect(wallet.count("eth_signTypedData_v4")).toBe(1);
});

test("a refusal is said in the server's words, and the next signature is for a fresh quote", async () => {
  const wallet = new FakeWallet();
  const refusal = { code: "verification_failed", title: "Not paid", detail: "The account <b>is empty</b>." };
  site.shop.unlockAnswers = [[402, refusal]];
  await start({ announced: [wallet] });
  await press("Pay 0.01 USDC");
  await says("Not paid. The account <b>is empty</b>.");
  expect([await state(), await kept()]).toEqual(["problem", 0]);
  await expect.poll(() => site.shop.quotes).toBe(2);
  await press("Pay 0.01 USDC");
  await content();
  expect(site.payloads().map(({ accepted }) => accepted?.extra["quote"])).toEqual(["q0", "q1"]);
});

test("a payment that was used elsewhere is said to be used", async () => {
  site.shop.unlockAnswers = [[409, { code: "credential_redeemed", title: "Used" }]];
  await start({ announced: [new FakeWallet()] });
  await press("Pay 0.01 USDC");
  await says("already used. In the browser that paid");
  expect(await kept()).toBe(0);
});

test("before the price ends a new one is taken: the wallet stays connected, the focus stays", async () => {
  const { quote } = pageInput();
  const wallet = new FakeWallet();
  site.shop.input = { ...site.shop.input, quote: { ...quote, expiresAt: quote.issuedAt + 32 } };
  await start({ announced: [wallet] });
  await says("Ready");
  site.shop.input = { ...site.shop.input, quote };
  await expect.poll(() => site.shop.quotes, { timeout: 6000 }).toBe(2);
  await says("Ready");
  expect(await site.page.evaluate(() => document.activeElement?.id)).toBe("wallet-pay");
  await press("Pay 0.01 USDC");
  await content();
  // Where no invoice is offered, nobody asks for one.
  expect([wallet.count("eth_requestAccounts"), site.shop.polls]).toEqual([1, 0]);
  expect(site.payloads()[0]?.accepted?.extra["quote"]).toBe("q1");
});

test("a price that ended cannot be signed for; with a new one the wallet goes on", async () => {
  const { quote } = pageInput();
  const wallet = new FakeWallet();
  site.shop.input = { ...site.shop.input, quote: { ...quote, expiresAt: quote.issuedAt + 2 } };
  await site.page.route("**/forecast", (route) =>
    route.request().resourceType() === "fetch" ? route.abort() : route.continue(),
  );
  await start({ announced: [wallet] });
  await says("This price has expired");
  expect(await site.page.locator("#wallet-pay").isVisible()).toBe(false);
  await site.page.unroute("**/forecast");
  site.shop.input = { ...site.shop.input, quote };
  await site.page.getByRole("link", { name: "Get a new price" }).click();
  await says("Ready");
  await press("Pay 0.01 USDC");
  await content();
});

test("the times that are signed are those of the server's clock", async () => {
  const { quote } = pageInput();
  await start({ announced: [new FakeWallet()] });
  await press("Pay 0.01 USDC");
  await content();
  const { validBefore } = Object(site.payloads()[0]?.payload.authorization);
  const signedAt = Number(validBefore) - baseSepolia.maxTimeoutSeconds - quote.issuedAt;
  expect(signedAt).toBeGreaterThanOrEqual(0);
  expect(signedAt).toBeLessThan(10);
});

test("offline: the signed payment waits for the connection", async () => {
  const wallet = new FakeWallet();
  await start({ announced: [wallet] });
  await says("Ready");
  await site.page.route("**/.unlock", (route) => route.abort());
  await press("Pay 0.01 USDC");
  await says("You are offline. Nothing is lost");
  // Nobody may pay in another way meanwhile.
  expect([await state(), await kept()]).toEqual(["waiting", 1]);
  await site.page.unroute("**/.unlock");
  await content();
});

test("back online, it says again where the wallet is", async () => {
  await start({ announced: [new FakeWallet()] });
  await says("Ready");
  await site.page.context().setOffline(true);
  await says("You are offline");
  await site.page.context().setOffline(false);
  await says("Ready");
});

test("another amount is another payment, looked at anew", async () => {
  const wallet = new FakeWallet();
  site.shop.input = { ...site.shop.input, price: freeChoice, chooseUrl: "/p/weather/.pay" };
  await start({ announced: [wallet] });
  await says("0.01 USDC");
  wallet.balance = 20_000n;
  site.shop.input = { ...site.shop.input, evm: [{ ...baseSepolia, amount: "2500000" }] };
  await site.page.locator("#amount").fill("2.5");
  await site.page.locator("#amount").press("Enter");
  await says("has 0.02 USDC on Base Sepolia, and 2.5 USDC are needed");
  wallet.balance = 3_000_000n;
  await press("Look again");
  await press("Pay 2.5 USDC");
  await content();
  expect(site.payloads()[0]?.accepted?.amount).toBe("2500000");
});
