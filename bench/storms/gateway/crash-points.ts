import type { CrashOrder, CrashPoint, Step } from "./orders.ts";

/** Ends this process where it was told to. */
export interface CrashGate {
  order: CrashOrder | undefined;
  pass(point: CrashPoint): void;
}

/** @param end Sends the signal to this very process; it does not return from SIGKILL. */
export function createCrashGate(end: (signal: CrashOrder["signal"]) => void): CrashGate {
  return {
    order: undefined,
    pass(point) {
      const { order } = this;
      if (order?.point !== point) return;
      // Once: a process that was stopped goes on afterwards.
      this.order = undefined;
      end(order.signal);
    },
  };
}

/** The same object with a crash point before and after each of its methods that are steps. */
export function withCrashPoints<T extends object>(
  target: T,
  stepOf: (method: string) => Step | undefined,
  gate: CrashGate,
): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const value: unknown = Reflect.get(object, name, receiver);
      const step = typeof name === "string" ? stepOf(name) : undefined;
      if (step === undefined || typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        gate.pass(`before:${step}`);
        const result: unknown = await Reflect.apply(value, object, args);
        gate.pass(`after:${step}`);
        return result;
      };
    },
  });
}
