import type { BodyMeter, DeliveryOutcome } from "../decision.ts";

export interface GuardedBodyOptions {
  readonly source: ReadableStream<Uint8Array>;
  readonly meter: BodyMeter | undefined;
  /** Aborts when the payer leaves: some runtimes drop a stream then without cancelling it. */
  readonly signal: AbortSignal;
  /** Called once: the answer is over. Awaited before the stream closes, so that a runtime does not stop us in between. */
  readonly finish: (outcome: DeliveryOutcome) => Promise<void>;
}

/**
 * An application's body on its way to the payer: each chunk passes at once and is counted, nothing is read ahead, and both
 * ends may break off.
 */
export function guardBody({ source, meter, signal, finish }: GuardedBodyOptions): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let bytes = 0;
  let over = false;
  // An object, because a meter stops us in the middle of a loop.
  const flow = { stopped: false };
  let whenFree: (() => void) | undefined;

  const end = async (complete: boolean, brokenBy?: "payer" | "upstream"): Promise<void> => {
    if (over) return;
    over = true;
    signal.removeEventListener("abort", leave);
    await finish({ complete, bytes, ...(brokenBy === undefined ? {} : { brokenBy }) });
  };
  const leave = (): void => {
    void reader.cancel(signal.reason).catch(() => undefined);
    void end(false, "payer");
  };
  signal.addEventListener("abort", leave);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        meter?.attach({
          write: (chunk) => send(controller, chunk),
          resume: () => whenFree?.(),
          stop: (clean) => {
            flow.stopped = true;
            void reader.cancel().catch(() => undefined);
            void end(false);
            if (clean) controller.close();
            else controller.error(new Error("Nothing more was paid"));
            whenFree?.();
          },
        });
      },
      async pull(controller) {
        try {
          while (!flow.stopped) {
            if (meter?.blocked === true) await new Promise<void>((resolve) => (whenFree = resolve));
            const sent = await passOne(controller);
            if (sent) return;
          }
        } catch (error) {
          await end(false, "upstream");
          controller.error(error);
        }
      },
      cancel: async (reason) => {
        await reader.cancel(reason).catch(() => undefined);
        await end(false, "payer");
      },
    },
    // No queue: `pull` comes only when somebody waits, so that an end means that all before it was read.
    { highWaterMark: 0 },
  );

  /** @returns Whether whoever waits has got something, or the end. */
  async function passOne(controller: ReadableStreamDefaultController<Uint8Array>): Promise<boolean> {
    const { done, value } = await reader.read();
    if (flow.stopped) return true;
    if (done) {
      const ending = await meter?.end();
      if (flow.stopped) return true;
      if (ending !== undefined) send(controller, ending.body);
      await end(true);
      controller.close();
      return true;
    }
    const passed = meter === undefined ? value : meter.push(value);
    send(controller, passed);
    return passed.length > 0;
  }

  function send(controller: ReadableStreamDefaultController<Uint8Array>, chunk: Uint8Array): void {
    if (chunk.length === 0 || over) return;
    bytes += chunk.length;
    controller.enqueue(chunk);
  }
}
