import { setTimeout as sleep } from "node:timers/promises";

/** What the handler of each contender streams: by default ten events in one second, the first at once. */
export async function* events(query: string): AsyncGenerator<string> {
  const asked = new URLSearchParams(query);
  const ticks = Number(asked.get("ticks") ?? 10);
  const gapMs = Number(asked.get("ms") ?? 100);
  for (let sent = 0; sent < ticks; sent++) {
    yield `data: ${sent}\n\n`;
    await sleep(gapMs);
  }
}

/** The query of a raw target. */
export function queryOf(url: string): string {
  return url.split("?", 2)[1] ?? "";
}
