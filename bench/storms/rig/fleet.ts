import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayDeath } from "../checker/histories.ts";
import { freePort } from "./free-port.ts";
import { startGateway } from "./gateway-process.ts";
import type { GatewayProcess, GatewayStart } from "./gateway-process.ts";

/** A place where a gateway listens; its process is replaced as soon as it is gone. */
export interface Slot {
  readonly origin: string;
  /** The process that is or will be listening there. */
  readonly process: GatewayProcess;
}

export interface Fleet {
  readonly slots: readonly Slot[];
  readonly deaths: readonly GatewayDeath[];
  /** From the start of a process to its first served request, ms; for all but the first of each slot. */
  readonly restarts: readonly number[];
  /** Milliseconds from the start to listening. */
  readonly boots: readonly number[];
  /** Of a random slot. */
  pick(): Slot;
  /** Tells that a process served a request. */
  noteServed(name: string): void;
  /** Waits until each slot listens. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export type FleetStart = Omit<GatewayStart, "name" | "orders"> & {
  readonly slots: number;
  readonly orders: Omit<GatewayStart["orders"], "port">;
};

/** @param random From 0 to below 1. */
export async function startFleet(start: FleetStart, random: () => number): Promise<Fleet> {
  const deaths: GatewayDeath[] = [];
  const restarts: number[] = [];
  const boots: number[] = [];
  const unproven = new Map<string, number>();
  let stopping = false;

  const openSlot = async (index: number): Promise<{ slot: Slot; end: () => Promise<void> }> => {
    const port = await freePort();
    let generation = 0;
    const launch = (): GatewayProcess => {
      const name = `g${index + 1}#${++generation}`;
      const one = startGateway({ ...start, name, orders: { ...start.orders, port } });
      if (generation > 1) unproven.set(name, one.startedAt);
      void one.ready.then(
        () => boots.push(Date.now() - one.startedAt),
        () => {},
      );
      void one.gone.then(async (at) => {
        deaths.push({ gateway: name, at });
        if (stopping) return;
        // A build that does not start must not be started a thousand times a second.
        if (at - one.startedAt < 100) await sleep(100);
        current = launch();
      });
      return one;
    };
    let current = launch();
    await current.ready;
    const slot = {
      origin: `http://127.0.0.1:${port}`,
      get process() {
        return current;
      },
    };
    const end = async (): Promise<void> => {
      current.signal("SIGCONT");
      current.signal("SIGKILL");
      await current.gone;
    };
    return { slot, end };
  };

  const opened = await Promise.all(Array.from({ length: start.slots }, (_, index) => openSlot(index)));
  const slots = opened.map(({ slot }) => slot);
  return {
    slots,
    deaths,
    restarts,
    boots,
    pick() {
      const slot = slots[Math.floor(random() * slots.length)];
      if (slot === undefined) throw new Error("The fleet is empty");
      return slot;
    },
    noteServed(name) {
      const startedAt = unproven.get(name);
      if (startedAt === undefined) return;
      unproven.delete(name);
      restarts.push(Date.now() - startedAt);
    },
    async ready() {
      for (const slot of slots) {
        while (!(await slot.process.ready.then(() => true).catch(() => false))) await sleep(20);
      }
    },
    async stop() {
      stopping = true;
      await Promise.all(opened.map(({ end }) => end()));
    },
  };
}
