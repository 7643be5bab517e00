import type { MeteredPrice, MicroUsd, Usage } from "@x402-paywall/core";
import { capOf, chargeFor, concatBytes, formatUsd } from "@x402-paywall/core";
import type { BodyMeter, HeaderList, MeterPort } from "../decision.ts";
import type { UsageReader } from "../usage/index.ts";
import type { Allowance } from "./allowance.ts";
import { DryWait } from "./dry-wait.ts";
import { EventBoundary } from "./event-boundary.ts";
import { timeoutEvent } from "./stream-notes.ts";

/** How one measured answer was charged, as the payer is told. */
export interface MeterEnd {
  readonly body: Uint8Array;
  readonly trailers: HeaderList;
}

export interface AnswerMeterOptions {
  readonly reader: UsageReader;
  readonly price: MeteredPrice;
  readonly allowance: Allowance;
  /** Milliseconds. */
  readonly clock: () => number;
  /** The answer is an event stream: the meter may speak in it. */
  readonly isEventStream: boolean;
  /** Makes the charge final, once. @param charge µUSD, at most what is reserved. */
  readonly settle: (usage: Usage, charge: MicroUsd) => Promise<MeterEnd>;
  /** How long a dry stream waits for credit. */
  readonly waitMs?: number;
}

const NOTHING = new Uint8Array(0);
const TICK_MS = 250;
/** Of Node's timers: above it they fire at once. */
const MAX_TIMER_MS = 2_147_483_647;
const ASK_AGAIN_MS = 1000;
export const WAIT_FOR_CREDIT_MS = 60_000;

/**
 * Measures one answer on its way to the payer and keeps money reserved ahead of it. The payer never gets more than what
 * is reserved: a chunk that is not covered waits here until it is.
 */
export class AnswerMeter implements BodyMeter {
  readonly #options: AnswerMeterOptions;
  readonly #startedAt: number;
  #port: MeterPort | undefined;
  readonly #boundary = new EventBoundary();
  #bytes = 0;
  #waitedMs = 0;
  #blockedAt: number | undefined;
  #withheld: Uint8Array[] = [];
  #extending = false;
  #closed = false;
  #dry: DryWait | undefined;
  #whenFree: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #ending: Promise<MeterEnd> | undefined;
  /** True count of output tokens for each one of the running estimate. */
  #correction = 1;
  #settled: MicroUsd | undefined;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AnswerMeterOptions) {
    this.#options = options;
    this.#startedAt = options.clock();
  }

  attach(port: MeterPort): void {
    this.#port = port;
    const { allowance, clock } = this.#options;
    if (allowance.until !== undefined) {
      const left = Math.min(Math.max(0, allowance.until - clock()), MAX_TIMER_MS);
      this.#deadline = setTimeout(() => void this.#giveUp(this.#canSpeak()), left);
      this.#deadline.unref?.();
    }
    // Time costs money although nothing arrives.
    if (this.#options.price.rates.second === undefined) return;
    this.#timer = setInterval(() => this.#cover(), TICK_MS);
    this.#timer.unref?.();
  }

  get blocked(): boolean {
    return this.#blockedAt !== undefined;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.#closed) return NOTHING;
    const passed = this.#options.reader.push(chunk);
    this.#bytes += passed.length;
    this.#cover();
    if (this.blocked) {
      this.#withheld.push(passed);
      return NOTHING;
    }
    this.#boundary.note(passed);
    return passed;
  }

  end(): Promise<MeterEnd> {
    return (this.#ending ??= this.#end());
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#deadline);
    this.#dry?.stop();
    this.#whenFree?.();
  }

  /** The upstream or the payer broke off: what went out so far is charged. */
  breakOff(): Promise<MeterEnd> {
    this.close();
    return (this.#ending ??= this.#settle());
  }

  async #end(): Promise<MeterEnd> {
    const tail = this.#options.reader.end();
    this.#bytes += tail.length;
    this.#cover();
    if (this.blocked && !this.#closed) await new Promise<void>((resolve) => (this.#whenFree = resolve));
    const { body, trailers } = await this.#settle();
    this.close();
    return { body: concatBytes(tail, body), trailers };
  }

  async #settle(): Promise<MeterEnd> {
    const { reader, price, allowance, settle } = this.#options;
    const usage = this.#measured(reader.reported ? reader.usage : await reader.settle());
    // Nothing arrived and nobody waits for more: that is no answer, and has no least charge.
    const charge = this.#bytes === 0 && this.#closed ? 0n : chargeFor(usage, price);
    while (charge > allowance.reserved && (await this.#tryExtend(allowance.reserved))) {
      // Slice by slice, until the charge is covered or nothing is left.
    }
    this.#settled = charge < allowance.reserved ? charge : allowance.reserved;
    return settle(usage, this.#settled);
  }

  #measured(usage: Usage): Usage {
    const { rates } = this.#options.price;
    const milliseconds = this.#options.clock() - this.#startedAt - this.#waitedMs;
    return {
      ...usage,
      ...(rates.byte === undefined ? {} : { bytes: this.#bytes }),
      ...(rates.second === undefined ? {} : { milliseconds: Math.max(0, milliseconds) }),
    };
  }

  /** µUSD that would be charged if the answer ended now. */
  get charged(): MicroUsd {
    if (this.#settled !== undefined) return this.#settled;
    const { reserved } = this.#options.allowance;
    const cost = this.#cost;
    return cost < reserved ? cost : reserved;
  }

  get #cost(): MicroUsd {
    const { usage, reported } = this.#options.reader;
    const { outputTokens } = usage;
    const known =
      reported || outputTokens === undefined || this.#correction === 1
        ? usage
        : { ...usage, outputTokens: Math.ceil(outputTokens * this.#correction) };
    return chargeFor(this.#measured(known), this.#options.price);
  }

  /** Extends at half use, in the background; blocks where the cost is ahead of the money. */
  #cover(): void {
    if (this.#closed) return;
    const { allowance } = this.#options;
    const cost = this.#cost;
    if (cost > allowance.reserved) this.#blockedAt ??= this.#options.clock();
    if (this.#extending || this.#dry !== undefined) return;
    // Nothing was left a moment ago: there is time to ask again until the reserve is used up.
    if (!this.blocked && this.#options.clock() - this.#refusedAt < ASK_AGAIN_MS) return;
    if (cost * 2n > allowance.reserved * 2n - allowance.slice) void this.#extend(cost);
  }

  async #extend(cost: MicroUsd): Promise<void> {
    this.#extending = true;
    const more = await this.#tryExtend(cost);
    if (!more) {
      this.#refusedAt = this.#options.clock();
      // From here on it matters: before a payer is asked for more money, it is counted what went out.
      if (this.#options.allowance.reserved < capOf(this.#options.price)) await this.#recount();
    }
    this.#extending = false;
    if (this.#closed) return;
    if (this.#cost <= this.#options.allowance.reserved) return this.#free();
    if (more) void this.#extend(this.#cost);
    else this.#wait();
  }

  async #recount(): Promise<void> {
    const { reader } = this.#options;
    if (reader.reported) return;
    const rough = reader.usage.outputTokens ?? 0;
    const { outputTokens = 0 } = await reader.settle();
    if (rough > 0) this.#correction = outputTokens / rough;
  }

  /** Never rejects: a store that is away is waited for like a payer. */
  async #tryExtend(used: MicroUsd): Promise<boolean> {
    try {
      return await this.#options.allowance.extend(used);
    } catch {
      return false;
    }
  }

  #free(): void {
    if (this.#blockedAt === undefined) return;
    this.#waitedMs += this.#dry === undefined ? 0 : this.#options.clock() - this.#blockedAt;
    this.#blockedAt = undefined;
    this.#dry = undefined;
    this.#send(concatBytes(...this.#withheld.splice(0)));
    this.#whenFree?.();
    this.#port?.resume();
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#boundary.note(bytes);
    this.#port?.write(bytes);
  }

  /** Sends the rest of an event that is on its way. False: its end is not here yet, so nothing can be said in between. */
  #completeEvent(): boolean {
    const withheld = concatBytes(...this.#withheld.splice(0));
    const end = this.#boundary.completing(withheld);
    this.#send(withheld.subarray(0, end ?? 0));
    this.#withheld.push(withheld.subarray(end ?? 0));
    return end !== undefined;
  }

  #wait(): void {
    const { allowance, waitMs = WAIT_FOR_CREDIT_MS } = this.#options;
    this.#blockedAt ??= this.#options.clock();
    const canSpeak = this.#canSpeak();
    this.#dry = new DryWait({
      topUp: canSpeak ? allowance.topUp : undefined,
      write: (bytes) => this.#port?.write(bytes),
      ask: async () => {
        const more = await this.#tryExtend(allowance.reserved);
        return more && this.#cost <= allowance.reserved;
      },
      onCredit: () => this.#free(),
      onTimeout: () => void this.#giveUp(),
      // Where nothing can be paid there is nothing to wait for.
      waitMs: allowance.topUp === undefined ? 0 : waitMs,
      isEventStream: canSpeak,
    });
    this.#dry.start();
  }

  /** Whether an event of ours can stand here; sends the rest of one that is on its way. */
  #canSpeak(): boolean {
    return this.#options.isEventStream && this.#completeEvent();
  }

  async #giveUp(isEventStream = this.#options.isEventStream): Promise<void> {
    if (this.#closed) return;
    if (this.#ending !== undefined) {
      // The upstream is done already; what was withheld of it stays here, and the end is told first.
      if (isEventStream) this.#port?.write(timeoutEvent({ charged: formatUsd(this.charged) }));
      else this.#port?.stop(false);
      return this.close();
    }
    const { body } = await this.breakOff();
    const charged = formatUsd(this.charged);
    if (isEventStream) this.#port?.write(concatBytes(timeoutEvent({ charged }), body));
    this.#port?.stop(isEventStream);
  }
}
