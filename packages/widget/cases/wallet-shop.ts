import type { IncomingMessage, ServerResponse } from "node:http";
import type { PaymentPageInput, PaymentPayload, PaymentRequirements } from "@x402-paywall/core";
import { parsePaymentPayload } from "@x402-paywall/core";
import { beforeEach } from "vitest";
import { renderPaymentPage, walletScript } from "../src/index.ts";
import type { PageMessages } from "../src/index.ts";
import type { Injection } from "./fake-wallet.ts";
import { injectWallets } from "./fake-wallet.ts";
import { pageInput } from "./page-inputs.ts";
import { replyJson, replyPage, usePage } from "./use-page.ts";
import type { TestPage } from "./use-page.ts";

export const RESOURCE = "/p/weather/v1/forecast";

export const baseSepolia: PaymentRequirements = {
  scheme: "exact",
  network: "eip155:84532",
  amount: "10000",
  asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  payTo: "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
  maxTimeoutSeconds: 300,
  extra: { name: "USDC", version: "2", quote: "q", seal: "s" },
};
export const base: PaymentRequirements = {
  ...baseSepolia,
  network: "eip155:8453",
  asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
  extra: { ...baseSepolia.extra, name: "USD Coin" },
};
export const polygon: PaymentRequirements = {
  ...base,
  network: "eip155:137",
  asset: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
};
/** A token without EIP-3009. */
export const permit: PaymentRequirements = {
  ...baseSepolia,
  extra: { ...baseSepolia.extra, assetTransferMethod: "permit2" },
};

export const evmChains = {
  "eip155:8453": {
    network: "eip155:8453",
    name: "Base",
    currency: "ETH",
    rpcUrl: "https://mainnet.base.org",
  },
  "eip155:84532": { network: "eip155:84532", name: "Base Sepolia", currency: "ETH" },
  "eip155:137": {
    network: "eip155:137",
    name: "Polygon",
    currency: "POL",
    rpcUrl: "https://polygon-rpc.com",
  },
} as const;

/** What a test may change of the shop, and what the shop has seen. */
export interface Shop {
  input: Partial<PaymentPageInput>;
  messages: PageMessages | undefined;
  /** In order; afterwards 204. */
  unlockAnswers: [status: number, body: object, retryAfter?: string][];
  /** Payments that were presented, as they came. */
  presented: string[];
  quotes: number;
  scriptLoads: number;
  /** How often it was asked whether an invoice is paid. */
  polls: number;
  /** The script is not there. */
  scriptFails: boolean;
  /** A shop's answer to a payment waits for it. */
  held: Promise<void> | undefined;
  lightningPaid: boolean;
  opened: boolean;
}

export interface WalletTest extends TestPage {
  readonly shop: Shop;
  /** Opens the payment page in a browser with these wallets, and presses the button. */
  start(wallets?: Injection): Promise<void>;
  open(wallets?: Injection): Promise<void>;
  /** The live region says it. */
  says(text: string): Promise<void>;
  /** Presses the one button. */
  press(name: string | RegExp): Promise<void>;
  /** What was bought is there. */
  content(): Promise<void>;
  payloads(): readonly PaymentPayload[];
}

/** A payment page of a LIVE endpoint that takes stablecoins, and its server. */
export function useWalletShop(): WalletTest {
  let shop = freshShop();
  const site = usePage((request, response) => answer(shop, request, response));
  beforeEach(() => {
    shop = freshShop();
  });
  const open = async (wallets: Injection = {}): Promise<void> => {
    await injectWallets(site.page, wallets);
    await site.page.goto(`${site.base}${RESOURCE}`);
  };
  const press = (name: string | RegExp) => site.page.getByRole("button", { name }).click();
  return {
    get page() {
      return site.page;
    },
    get base() {
      return site.base;
    },
    get browser() {
      return site.browser;
    },
    get shop() {
      return shop;
    },
    open,
    press,
    start: async (wallets) => {
      await open(wallets);
      await press("Pay with a wallet");
    },
    says: (text) => site.page.locator("#state", { hasText: text }).waitFor({ timeout: 6000 }),
    content: () => site.page.getByRole("heading", { name: "The content" }).waitFor({ timeout: 8000 }),
    payloads: () => shop.presented.map(parsePaymentPayload).filter((payload) => payload !== undefined),
  };
}

function freshShop(): Shop {
  return {
    input: { evm: [baseSepolia] },
    messages: undefined,
    unlockAnswers: [],
    presented: [],
    quotes: 0,
    scriptLoads: 0,
    polls: 0,
    scriptFails: false,
    held: undefined,
    lightningPaid: false,
    opened: false,
  };
}

async function answer(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  const body = Buffer.concat(await request.toArray()).toString();
  if (path.startsWith("/p/weather/.wallet.js")) {
    shop.scriptLoads++;
    if (shop.scriptFails) return void response.writeHead(503).end();
    return void response.writeHead(200, { "Content-Type": "text/javascript" }).end(walletScript);
  }
  if (path.startsWith("/p/weather/.status")) {
    shop.polls++;
    return replyJson(response, 200, { state: shop.lightningPaid ? "paid" : "awaiting" });
  }
  if (path === "/p/weather/.unlock") return unlock(shop, JSON.parse(body), response);
  if (shop.opened)
    return void response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>The content</h1>");
  replyPage(response, 402, renderPaymentPage(nextInput(shop), shop.messages));
}

async function unlock(
  shop: Shop,
  { payment }: { readonly payment?: string },
  response: ServerResponse,
): Promise<void> {
  if (payment !== undefined) shop.presented.push(payment);
  await shop.held;
  const [status, value, retryAfter] = shop.unlockAnswers.shift() ?? [204, {}];
  if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
  if (status !== 204) return replyJson(response, status, value);
  shop.opened = true;
  response.writeHead(204).end();
}

/** Each page has a quote of its own, as from the engine. */
function nextInput(shop: Shop): PaymentPageInput {
  const quoted = `q${shop.quotes++}`;
  const input = pageInput({
    mode: "live",
    sandboxPayUrl: null,
    lightning: null,
    resourcePath: RESOURCE,
    walletScriptUrl: "/p/weather/.wallet.js?v=1",
    evmChains,
    ...shop.input,
  });
  const evm = input.evm.map((offer) => ({ ...offer, extra: { ...offer.extra, quote: quoted } }));
  return { ...input, evm };
}
