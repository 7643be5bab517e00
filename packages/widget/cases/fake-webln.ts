import type { Page } from "playwright-core";

/** What the wallet of a browser does when it is asked to pay. */
export type WebLnWay =
  | { readonly kind: "pays"; readonly preimage: string }
  /** It has paid, and does not show the proof. */
  | { readonly kind: "hides" }
  | { readonly kind: "fails"; readonly message: string }
  | { readonly kind: "hangs" };

export interface FakeWebLn {
  /** From the next payment on. */
  way: WebLnWay;
  /** What was called, in order. */
  readonly asked: string[];
  /** Called before it answers. */
  onPay: () => void;
}

const ASK = "fakeWebLn";

/** Puts a wallet on `window.webln` of all pages that are opened from now on. @param later It comes after the page's script. */
export async function injectWebLn(page: Page, way: WebLnWay, later = false): Promise<FakeWebLn> {
  const wallet: FakeWebLn = { way, asked: [], onPay: () => {} };
  await page.exposeFunction(ASK, (call: string) => {
    wallet.asked.push(call);
    if (call === "enable") return wallet.way;
    wallet.onPay();
    return wallet.way;
  });
  await page.addInitScript(
    ([name, late]) => {
      const ask = (call: string): Promise<WebLnWay> => Reflect.get(window, name)(call);
      const webln = {
        enable: () => ask("enable"),
        sendPayment: async (bolt11: string) => {
          const answer = await ask(bolt11);
          if (answer.kind === "fails") throw new Error(answer.message);
          if (answer.kind === "hangs") await new Promise(() => {});
          return { preimage: answer.kind === "pays" ? answer.preimage : "0".repeat(64) };
        },
      };
      const put = () => {
        Reflect.set(window, "webln", webln);
        dispatchEvent(new Event("webln:ready"));
      };
      if (late) setTimeout(put, 400);
      else put();
    },
    [ASK, later] as const,
  );
  return wallet;
}
