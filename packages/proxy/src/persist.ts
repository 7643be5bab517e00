import type { PaywallLog } from "./log.ts";

/**
 * Soon, then each second: a database that is restarted again and again is there for a second or two each time, and what is
 * not written before the lease ends (30 s) is delivered a second time.
 */
const DELAYS_MS = [100, 400, ...Array.from({ length: 40 }, () => 1_000)];

/**
 * Writes something that no answer waits for. The first try is awaited; what fails is tried again in the background and
 * logged. Never throws: a lease that was not ended ends by itself.
 */
export async function persist(step: string, write: () => Promise<unknown>, log: PaywallLog): Promise<void> {
  try {
    await write();
  } catch (error) {
    log({ event: "store_error", step, error });
    void retry(step, write, log);
  }
}

async function retry(step: string, write: () => Promise<unknown>, log: PaywallLog): Promise<void> {
  for (const delay of DELAYS_MS) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, delay).unref?.();
    });
    try {
      await write();
      return;
    } catch (error) {
      log({ event: "store_error", step, error });
    }
  }
}
