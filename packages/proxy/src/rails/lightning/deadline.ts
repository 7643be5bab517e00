import { LightningNodeError } from "./backend.ts";

/** Gives up waiting after so long, whatever becomes of the work. @throws LightningNodeError `timeout` */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new LightningNodeError("timeout", `${what} took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  // Nobody waits for it any more when it fails later.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
