import { describe, expect, test } from "vitest";
import { erc20Abi, encodeFunctionData, maxUint256 } from "viem";
import { FakeWallet } from "../../cases/fake-wallet.ts";
import { faultOf, messageOf } from "./eip1193.ts";
import {
  allowanceOf,
  approvePermit2,
  balanceOf,
  connect,
  firstAccount,
  networkOf,
  succeeded,
  switchNetwork,
} from "./evm-calls.ts";
import { findWallets } from "./find-wallets.ts";

const token = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const owner = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const polygon = {
  network: "eip155:137",
  name: "Polygon",
  currency: "POL",
  rpcUrl: "https://polygon-rpc.com",
  explorerUrl: "https://polygonscan.com",
};

describe("calls", () => {
  test("are encoded as viem encodes them", async () => {
    const wallet = new FakeWallet();
    wallet.allowance = 3n;
    expect(await balanceOf(wallet, token, owner)).toBe(5_000_000n);
    expect(await allowanceOf(wallet, token, owner)).toBe(3n);
    expect(await approvePermit2(wallet, token, owner)).toBe(`0x${"ee".repeat(32)}`);
    const abi = erc20Abi;
    const balance = encodeFunctionData({ abi, functionName: "balanceOf", args: [owner] });
    const allowance = encodeFunctionData({ abi, functionName: "allowance", args: [owner, permit2] });
    const approve = encodeFunctionData({ abi, functionName: "approve", args: [permit2, maxUint256] });
    expect(wallet.calls).toEqual([
      { method: "eth_call", params: [{ to: token, data: balance }, "latest"] },
      { method: "eth_call", params: [{ to: token, data: allowance }, "latest"] },
      {
        method: "eth_sendTransaction",
        params: [{ from: owner, to: token, data: approve.toLowerCase(), value: "0x0" }],
      },
    ]);
  });

  test("a token that is not there has no balance, and says so", async () => {
    const empty = { request: () => Promise.resolve("0x") };
    await expect(balanceOf(empty, token, owner)).rejects.toThrow(SyntaxError);
  });

  test.each([
    [{ status: "0x1" }, true],
    [{ status: "0x0" }, false],
    [{ status: 1 }, true],
    [null, undefined],
    [undefined, undefined],
  ])("a receipt %j", async (receipt, done) => {
    expect(await succeeded({ request: () => Promise.resolve(receipt) }, "0x1")).toBe(done);
  });

  test.each([["0x14a34"], [84_532], ["84532"]])("a network of %j", async (id) => {
    expect(await networkOf({ request: () => Promise.resolve(id) })).toBe("eip155:84532");
  });

  test.each([[[]], [["no address"]], [null], [["0x12"]], [[7]]])("no account in %j", async (accounts) => {
    expect(firstAccount(accounts)).toBeUndefined();
    expect(await connect({ request: () => Promise.resolve(accounts) })).toBeUndefined();
  });
});

describe("switching", () => {
  const methods = (wallet: FakeWallet) => wallet.calls.map(({ method }) => method);

  test("asks once where the wallet knows the network", async () => {
    const wallet = new FakeWallet();
    await switchNetwork(wallet, "eip155:8453", null);
    expect(wallet.calls).toEqual([{ method: "wallet_switchEthereumChain", params: [{ chainId: "0x2105" }] }]);
  });

  test("tells it of the network and asks again where it does not", async () => {
    const wallet = new FakeWallet();
    await switchNetwork(wallet, "eip155:137", polygon);
    expect(wallet.chainId).toBe(137);
    expect(methods(wallet)).toEqual([
      "wallet_switchEthereumChain",
      "wallet_addEthereumChain",
      "wallet_switchEthereumChain",
    ]);
    expect(wallet.calls[1]?.params).toEqual([
      {
        chainId: "0x89",
        chainName: "Polygon",
        nativeCurrency: { name: "POL", symbol: "POL", decimals: 18 },
        rpcUrls: ["https://polygon-rpc.com"],
        blockExplorerUrls: ["https://polygonscan.com"],
      },
    ]);
  });

  test("does not tell it where nobody says where the network is, nor after a refusal", async () => {
    const { rpcUrl: _, ...nowhere } = polygon;
    for (const chain of [null, nowhere]) {
      const wallet = new FakeWallet();
      await expect(switchNetwork(wallet, "eip155:137", chain)).rejects.toMatchObject({ code: 4902 });
      expect(methods(wallet)).toEqual(["wallet_switchEthereumChain"]);
    }
    const wallet = new FakeWallet();
    wallet.refuseOnce("wallet_switchEthereumChain");
    await expect(switchNetwork(wallet, "eip155:137", polygon)).rejects.toMatchObject({ code: 4001 });
    expect(methods(wallet)).toEqual(["wallet_switchEthereumChain"]);
  });
});

test.each([
  [{ code: 4001 }, "rejected"],
  [{ code: "ACTION_REJECTED" }, "rejected"],
  [{ code: -32_603, message: "User denied transaction signature." }, "rejected"],
  [{ message: "cancelled" }, "rejected"],
  [{ code: -32_002, message: "Request already pending" }, "pending"],
  [{ code: 4902 }, "unknownChain"],
  [{ code: -32_603, data: { originalError: { code: 4902 } } }, "unknownChain"],
  [{ code: -32_603, message: "boom" }, "failed"],
  [new Error("boom"), "failed"],
  ["boom", "failed"],
  [null, "failed"],
])("the error %j is %s", (error, fault) => {
  expect(faultOf(error)).toBe(fault);
});

test("a wallet's words are cut", () => {
  expect(messageOf(new Error("x".repeat(999)))).toHaveLength(200);
  expect(messageOf({ message: 7 })).toBe("");
});

describe("discovery", () => {
  const announce = (page: EventTarget, detail: unknown, late = 0) =>
    page.addEventListener("eip6963:requestProvider", () => {
      const event = Object.assign(new Event("eip6963:announceProvider"), { detail });
      setTimeout(() => page.dispatchEvent(event), late);
    });
  const provider = new FakeWallet();
  const info = { uuid: "1", name: "Fox", icon: "data:image/png;base64,AA==" };

  test("finds those that announce themselves, also a moment late, each once", async () => {
    const page = new EventTarget();
    announce(page, { info, provider }, 100);
    announce(page, { info, provider }, 110);
    announce(page, { info: { uuid: "2", name: "Owl", icon: "https://x/spy.png" }, provider }, 120);
    Reflect.set(page, "ethereum", provider);
    expect(await findWallets(page, "Wallet")).toEqual([
      { name: "Fox", icon: info.icon, provider },
      { name: "Owl", icon: "", provider },
    ]);
  });

  test.each([
    ["nothing", undefined],
    ["no provider", { info }],
    ["no id", { info: { name: "Fox" }, provider }],
    ["a provider without request", { info, provider: { send() {} } }],
  ])("ignores %s", async (_, detail) => {
    const page = new EventTarget();
    announce(page, detail);
    expect(await findWallets(page, "Wallet")).toEqual([]);
  });

  test("takes window.ethereum where nobody announces", async () => {
    const page = Object.assign(new EventTarget(), { ethereum: provider });
    expect(await findWallets(page, "Wallet")).toEqual([{ name: "Wallet", icon: "", provider }]);
    expect(await findWallets(new EventTarget(), "Wallet")).toEqual([]);
  });
});
