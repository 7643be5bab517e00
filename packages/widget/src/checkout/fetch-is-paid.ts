import { readObject } from "./problem.ts";

/** Asks the server about one invoice; whatever is not a clear yes is a no. */
export async function fetchIsPaid(statusUrl: string, hash: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`${statusUrl}?payment_hash=${hash}`, { cache: "no-store", signal });
    return answer.ok && (await readObject(answer))["state"] === "paid";
  } catch {
    return false;
  }
}
