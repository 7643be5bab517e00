import type { HeaderList } from "@x402-paywall/core";
import { concatBytes } from "@x402-paywall/core";
import type {
  BodyMeter,
  CommittedHead,
  DeliveryOutcome,
  Grant,
  MeterPort,
  ResponseHead,
} from "./decision.ts";
import { persist } from "./persist.ts";
import type { SettleContext } from "./settle.ts";

/** Larger answers are not kept: asking again is then asking the upstream again. */
export const MAX_KEPT_BYTES = 1_048_576;
/** A kept answer, and whatever says whose it is. */
export const KEPT_SECONDS = 86_400;

/** A grant whose whole, good answer is kept for the payer's key. */
export class RecordingGrant implements Grant {
  readonly endpoint: Grant["endpoint"];
  readonly upstreamTarget: string;
  readonly upstreamHeaders: HeaderList;
  declare readonly upstreamBody?: Uint8Array;
  declare readonly drain?: NonNullable<Grant["drain"]>;
  readonly #grant: Grant;
  readonly #replay: { readonly key: string; readonly bindingHash: string };
  readonly #context: SettleContext;

  constructor(
    grant: Grant,
    replay: { readonly key: string; readonly bindingHash: string },
    context: SettleContext,
  ) {
    this.endpoint = grant.endpoint;
    this.upstreamTarget = grant.upstreamTarget;
    this.upstreamHeaders = grant.upstreamHeaders;
    if (grant.upstreamBody !== undefined) this.upstreamBody = grant.upstreamBody;
    if (grant.drain !== undefined) this.drain = grant.drain;
    this.#grant = grant;
    this.#replay = replay;
    this.#context = context;
  }

  async commit(head: ResponseHead): Promise<CommittedHead> {
    const { meter, ...committed } = await this.#grant.commit(head);
    if (committed.status >= 400) return meter === undefined ? committed : { ...committed, meter };
    const save = (body: Uint8Array): Promise<void> => this.#save(committed, body);
    return { ...committed, meter: new BodyRecorder(meter, save) };
  }

  finish(outcome: DeliveryOutcome): Promise<void> {
    return this.#grant.finish(outcome);
  }

  fail(error: unknown): ReturnType<Grant["fail"]> {
    return this.#grant.fail(error);
  }

  #save({ status, headers }: ResponseHead, body: Uint8Array): Promise<void> {
    const { store, clock, log } = this.#context;
    const kept = headers.filter(([name]) => !NOT_KEPT.has(name.toLowerCase()));
    const expiresAt = Math.floor(clock() / 1000) + KEPT_SECONDS;
    return persist(
      "saveAnswer",
      () => store.saveAnswer({ ...this.#replay, status, headers: kept, body, expiresAt }),
      log,
    );
  }
}

/** Framing of that one answer; and a bearer token, which is at rest nowhere: who repeats has what bought it. */
const NOT_KEPT = new Set(["content-length", "trailer", "paywall-access-token"]);

/** Copies what goes out, around another meter where there is one. */
class BodyRecorder implements BodyMeter {
  readonly #inner: BodyMeter | undefined;
  readonly #save: (body: Uint8Array) => Promise<void>;
  #kept: Uint8Array[] | undefined = [];
  #length = 0;

  constructor(inner: BodyMeter | undefined, save: (body: Uint8Array) => Promise<void>) {
    this.#inner = inner;
    this.#save = save;
  }

  get blocked(): boolean {
    return this.#inner?.blocked ?? false;
  }

  attach(port: MeterPort): void {
    this.#inner?.attach({
      write: (bytes) => {
        this.#keep(bytes);
        port.write(bytes);
      },
      resume: () => port.resume(),
      stop: (clean) => {
        this.#kept = undefined;
        port.stop(clean);
      },
    });
  }

  push(chunk: Uint8Array): Uint8Array {
    const passed = this.#inner === undefined ? chunk : this.#inner.push(chunk);
    this.#keep(passed);
    return passed;
  }

  async end(): ReturnType<BodyMeter["end"]> {
    const last = (await this.#inner?.end()) ?? { body: new Uint8Array(0), trailers: [] };
    this.#keep(last.body);
    // Before the last byte leaves: who repeats at once finds it.
    if (this.#kept !== undefined) await this.#save(concatBytes(...this.#kept));
    return last;
  }

  close(): void {
    this.#inner?.close();
  }

  #keep(bytes: Uint8Array): void {
    if (this.#kept === undefined || bytes.length === 0) return;
    this.#length += bytes.length;
    // A copy: the chunk belongs to the transport.
    if (this.#length <= MAX_KEPT_BYTES) this.#kept.push(bytes.slice());
    else this.#kept = undefined;
  }
}
