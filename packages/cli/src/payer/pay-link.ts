import {
  type AnswerReceipts,
  createPayingFetch,
  defaultTokens,
  type PayingEvent,
  type PayingWire,
} from "@x402-paywall/core/client";
import { CliError } from "../cli-error.ts";
import { readUpTo } from "./read-up-to.ts";
import { type ChallengeView, readChallenge, TEST_NETWORK } from "./read-challenge.ts";
import { createSandboxLightning, listPayUrls } from "./sandbox-lightning.ts";
import { toPayError } from "./to-pay-error.ts";
import { openWallets, type WalletName } from "./wallets.ts";

export interface PayOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  /** µUSD for all of this. */
  readonly budget: bigint;
  /** µUSD for one payment. */
  readonly maxPayment: bigint | undefined;
  /** What is not named is not used. */
  readonly prefer: readonly PayingWire[];
  readonly wallet: WalletName;
  readonly instance: string | undefined;
  /** Finds out what would be paid. */
  readonly dryRun: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Asked once before money moves; throws to stop. */
  readonly confirm?: (amountUsd: bigint, wire: PayingWire) => Promise<void>;
}

/** What happens, as it happens. Holds no credential. */
export type PayStep =
  | { readonly type: "request"; readonly method: string; readonly url: string; readonly paid: boolean }
  | ({ readonly type: "challenge" } & Omit<ChallengeView, "sandboxPay">)
  | { readonly type: "paying" | "paid"; readonly wire: PayingWire; readonly amountUsd: bigint }
  | { readonly type: "retrying"; readonly status: number; readonly afterSeconds: number };

export interface PaidAnswer extends AnswerReceipts {
  /** `undefined` in a dry run. */
  readonly response: Response | undefined;
  /** `undefined` where nothing was asked for. */
  readonly payment: { readonly wire: PayingWire; readonly amountUsd: bigint } | undefined;
}

/** TEST mode's rate: a dollar is 1,000 sat, so that Lightning fits into a budget of dollars. */
const TEST_MSAT_PER_USD = 1_000_000n;
const MAX_CHALLENGE_BYTES = 262_144;

/** Thrown by a wallet in a dry run, where a payment would begin. */
class DryRunEnd extends Error {}

/**
 * Asks, pays what a 402 wants within the budget, and asks again. The body of the answer is not touched.
 * @throws CliError that says how far it came; Stop
 */
export async function payLink(options: PayOptions, onStep: (step: PayStep) => void): Promise<PaidAnswer> {
  const run = new PayRun(options, onStep);
  return run.pay();
}

class PayRun {
  readonly #options: PayOptions;
  readonly #onStep: (step: PayStep) => void;
  #challenge: ChallengeView | undefined;
  #payment: PaidAnswer["payment"];
  #isPaid = false;
  #receipts: AnswerReceipts = {};

  constructor(options: PayOptions, onStep: (step: PayStep) => void) {
    this.#options = options;
    this.#onStep = onStep;
  }

  async pay(): Promise<PaidAnswer> {
    const { url, method, headers, body, budget, maxPayment, prefer, signal } = this.#options;
    const payingFetch = createPayingFetch({
      wallets: this.#wallets(),
      rateMsatPerUsd: TEST_MSAT_PER_USD,
      tokens: defaultTokens.filter(({ network }) => network === TEST_NETWORK),
      budget: { totalUsd: budget, ...(maxPayment === undefined ? {} : { perPaymentUsd: maxPayment }) },
      prefer,
      fetch: (input, init) => this.#send(input, init),
      onEvent: (event) => this.#note(event),
    });
    const sent = body === undefined ? {} : { body: Buffer.from(body) };
    try {
      const response = await payingFetch(url, { method, headers, signal, ...sent });
      if (response.status === 402 && !this.#isPaid) throw this.#notPayable();
      return { response, payment: this.#payment, ...this.#receipts };
    } catch (error) {
      if (signal.aborted) signal.throwIfAborted();
      if (error instanceof Error && error.cause instanceof DryRunEnd)
        return { response: undefined, payment: this.#payment };
      throw toPayError(error, url, this.#challenge);
    }
  }

  #wallets(): ReturnType<typeof openWallets> {
    const { wallet, env, url, instance, signal, dryRun, confirm } = this.#options;
    const payUrls = () => listPayUrls({ link: url, named: this.#challenge?.sandboxPay, instance });
    const { evm, lightning } = openWallets(wallet, env, createSandboxLightning({ payUrls, signal }));
    const before = async (): Promise<void> => {
      if (dryRun) throw new DryRunEnd();
      if (this.#payment !== undefined) await confirm?.(this.#payment.amountUsd, this.#payment.wire);
    };
    return {
      evm: { address: evm.address, signTypedData: (data) => before().then(() => evm.signTypedData(data)) },
      ...(lightning && {
        lightning: { payInvoice: (bolt11) => before().then(() => lightning.payInvoice(bolt11)) },
      }),
    };
  }

  async #send(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const { method, url } = this.#options;
    this.#onStep({ type: "request", method, url: url.href, paid: this.#isPaid });
    const response = await fetch(input, init);
    if (response.status !== 402) return response;
    const text = await readUpTo(response.clone(), MAX_CHALLENGE_BYTES);
    this.#challenge = readChallenge(response.headers, text, Math.floor(Date.now() / 1000));
    const { sandboxPay: _, ...shown } = this.#challenge;
    if (!this.#isPaid) this.#onStep({ type: "challenge", ...shown });
    return response;
  }

  #note(event: PayingEvent): void {
    const { wire, amountUsd } = event;
    if (event.type === "paying") this.#payment = { wire, amountUsd };
    if (event.type === "paid") this.#isPaid = true;
    if (event.type === "paying" || event.type === "paid") this.#onStep({ type: event.type, wire, amountUsd });
    else if (event.type === "retrying")
      this.#onStep({ type: "retrying", status: event.status, afterSeconds: event.afterSeconds });
    else
      this.#receipts = {
        ...(event.receipt && { receipt: event.receipt }),
        ...(event.settlement && { settlement: event.settlement }),
      };
  }

  #notPayable(): CliError {
    const { url, prefer } = this.#options;
    const offers = this.#challenge?.offers ?? [];
    const fix = `Nothing was paid. See what is wrong with the 402: x402-paywall doctor ${url.href}`;
    if (offers.length === 0)
      return new CliError("not_payable", "The 402 has no offer that can be read.", fix);
    const wanted = offers.filter(({ wire }) => prefer.includes(wire));
    if (wanted.length === 0) {
      const wires = [...new Set(offers.map(({ wire }) => wire))].join(", ");
      const advice = `Nothing was paid. Leave --prefer out, or name one of: ${wires}.`;
      return new CliError("not_payable", `The 402 has no offer over ${prefer.join(", ")}.`, advice);
    }
    const live = [...new Set(wanted.filter(({ isTest }) => !isTest).map(({ network }) => network))];
    if (live.length > 0) {
      return new CliError(
        "not_payable",
        `This link wants money on ${live.join(", ")}; this wallet has none there, it pays TEST links alone.`,
        "Nothing was paid. Pay it with a wallet of your own, or ask for a TEST link.",
      );
    }
    return new CliError("not_payable", "The 402 has no offer that this wallet can pay.", fix);
  }
}
