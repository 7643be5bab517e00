import type { HeaderList } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { CommittedHead, DeliveryOutcome, Grant, ResponseHead } from "../decision.ts";
import type { EngineContext } from "../engine-context.ts";
import { type GrantRequest, toGrantError, upstreamSide } from "../grant.ts";
import type { AnswerMeter } from "../metering/answer-meter.ts";
import { meterAnswer } from "../metering/meter-answer.ts";
import type { ShapedRequest } from "../metering/metered-request.ts";
import { paidHeaders } from "../response.ts";
import type { Funds } from "./funds.ts";

export interface UsageGrantOptions {
  readonly request: GrantRequest;
  readonly funds: Funds;
  readonly payerHeaders: HeaderList;
  /** Where the price is metered. */
  readonly metered?: ShapedRequest | undefined;
}

/**
 * A request that draws on funds: reserved before, charged for what was used when the answer is over, given back where the
 * upstream failed. A metered answer passes a meter; any other one costs what was reserved.
 */
export class UsageGrant implements Grant {
  readonly endpoint: Grant["endpoint"];
  readonly upstreamTarget: string;
  readonly upstreamHeaders: HeaderList;
  declare readonly upstreamBody?: Uint8Array;
  declare readonly drain?: NonNullable<Grant["drain"]>;
  readonly #options: UsageGrantOptions;
  readonly #context: EngineContext;
  #meter: AnswerMeter | undefined;
  #receiptId: string | null = null;
  #status = 0;
  #passed = 0;
  #closed = false;
  #committing: Promise<unknown> = Promise.resolve();

  constructor(options: UsageGrantOptions, context: EngineContext) {
    const side = upstreamSide(options.request);
    this.endpoint = side.endpoint;
    this.upstreamTarget = side.upstreamTarget;
    this.upstreamHeaders = side.upstreamHeaders;
    if (side.upstreamBody !== undefined) this.upstreamBody = side.upstreamBody;
    const { drain } = context.options;
    if (options.metered?.price.onLeave === "drain" && drain !== undefined) this.drain = drain;
    this.#options = options;
    this.#context = context;
  }

  commit(head: ResponseHead): Promise<CommittedHead> {
    const committed = this.#commit(head);
    // A payer may leave while the money moves: closing waits for what comes of it.
    this.#committing = committed.catch(() => undefined);
    return committed;
  }

  async finish({ complete, bytes, brokenBy }: DeliveryOutcome): Promise<void> {
    await this.#committing;
    if (this.#closed) return;
    this.#closed = true;
    const { request, funds } = this.#options;
    const { wire } = funds;
    const meter = this.#meter;
    if (this.#status === 0) {
      if (this.#passed !== 0)
        request.record({ kind: "failed", status: this.#passed, wire, receiptId: null, bytes });
      return funds.close(false);
    }
    if (meter !== undefined) await (complete ? meter.end() : meter.breakOff());
    else await funds.close(complete || (bytes > 0 && brokenBy !== "upstream"));
    const kind = wire === "access" ? "access" : "paid";
    request.record({ kind, status: this.#status, wire, receiptId: this.#receiptId, bytes });
  }

  async fail(error: unknown): ReturnType<Grant["fail"]> {
    await this.#committing;
    const { request, funds } = this.#options;
    const known = toGrantError(error, request);
    if (!this.#closed) {
      this.#closed = true;
      this.#meter?.close();
      await funds.close(false);
    }
    const { head, body } = await request.respond(known);
    const { status } = head;
    request.record({ kind: "failed", status, wire: funds.wire, receiptId: null, bytes: body.length });
    return { head, body };
  }

  async #commit(head: ResponseHead): Promise<CommittedHead> {
    if (this.#closed) throw new PaywallError("internal", { detail: "The grant is closed." });
    const { request, funds, metered } = this.#options;
    const filtered = request.filterResponse(head);
    if (request.decide(head.status) === "pass") {
      this.#passed = head.status;
      return { status: head.status, headers: paidHeaders(filtered, []) };
    }
    const { headers, receiptId, metering } = await this.#open(funds);
    this.#receiptId = receiptId;
    if (metering === undefined || metered === undefined) {
      this.#status = head.status;
      return { status: head.status, headers: paidHeaders(filtered, headers) };
    }
    const { options, settle } = this.#context;
    const answer = meterAnswer(head, filtered, {
      request: metered,
      headers: this.#options.payerHeaders,
      removeUsage: metered.removeUsage,
      allowance: metering.allowance,
      clock: settle.clock,
      loadTokens: options.loadTokens,
      waitMs: options.creditWaitMs,
      settle: (usage, charge) => metering.settle(usage, charge),
    });
    metering.watch(() => answer.meter.charged);
    this.#meter = answer.meter;
    this.#status = head.status;
    return { status: head.status, headers: paidHeaders(answer.headers, headers), meter: answer.meter };
  }

  async #open(funds: Funds): ReturnType<Funds["open"]> {
    try {
      return await funds.open();
    } catch (error) {
      await funds.fail(error);
      throw error;
    }
  }
}
