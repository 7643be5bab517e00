import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { bundleWidget } from "../bundle.ts";
import { usePage } from "./use-page.ts";
import type { TestPage } from "./use-page.ts";
import { WireServer } from "./wire-server.ts";

export interface ElementTest extends TestPage {
  readonly shop: WireServer;
  /** Opens a page of another origin with this body, and the widget's file; `more` goes into the script's tag. */
  open(body: string, more?: string): Promise<void>;
  /** In the element or in the dialog: Playwright looks into open shadow roots. */
  state(text: string): Promise<void>;
  readonly pay: Locator;
}

interface SiteOptions {
  /** Of the page, not of the shop. */
  readonly csp?: string;
}

/** A static page, its server, and a {@link WireServer} of another origin for each test. */
export function useElement({ csp }: SiteOptions = {}): ElementTest {
  let widget = "";
  let html = "";
  let shop = new WireServer();
  const site = usePage(async (request, response) => {
    if (request.url === "/w.js")
      return void response.writeHead(200, { "Content-Type": "text/javascript" }).end(widget);
    const headers = {
      "Content-Type": "text/html",
      ...(csp === undefined ? {} : { "Content-Security-Policy": csp }),
    };
    response.writeHead(200, headers).end(html);
  });
  beforeAll(async () => {
    widget = await bundleWidget();
  });
  beforeEach(async () => {
    shop = new WireServer();
    await shop.start();
  });
  afterEach(() => shop.stop());
  const page = (): Page => site.page;
  return {
    get shop() {
      return shop;
    },
    get page() {
      return site.page;
    },
    get base() {
      return site.base;
    },
    get browser() {
      return site.browser;
    },
    async open(body, more = "") {
      html = `<!doctype html><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,"><script src="/w.js" ${more}></script>${body}`;
      await page().goto(site.base);
    },
    state: (text) => page().locator("#state", { hasText: text }).waitFor(),
    get pay() {
      return page().getByRole("button", { name: "Pay with the sandbox wallet" });
    },
  };
}
