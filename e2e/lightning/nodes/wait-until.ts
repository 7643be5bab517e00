import { setTimeout as sleep } from "node:timers/promises";

/** Asks again every 50 ms until the answer is defined; what it throws meanwhile counts as not yet. */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  const reason = last === undefined ? "" : `: ${last instanceof Error ? last.message : JSON.stringify(last)}`;
  throw new Error(`${what} took more than ${timeoutMs / 1000} s${reason}`);
}
