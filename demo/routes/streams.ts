import { openEventStream, pause, writeEvent } from "../reply.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";

/** `/sse?ticks=10&ms=100`: so many events with that pause between them, the first at once. */
export async function sse(visit: Visit): Promise<void> {
  const ticks = readNumber(visit, "ticks", 10, 1_000_000);
  const ms = readNumber(visit, "ms", 100, 600_000);
  openEventStream(visit);
  for (let tick = 0; tick < ticks; tick++) {
    if (tick > 0 && !(await pause(visit, ms))) return;
    writeEvent(visit, { tick, sent: Date.now() }, "tick");
  }
  visit.response.end();
}

/** `/silent?seconds=45`: a head, then nothing for so long, then one event. */
export async function silent(visit: Visit): Promise<void> {
  const seconds = readNumber(visit, "seconds", 45, 600);
  openEventStream(visit);
  if (!(await pause(visit, seconds * 1000))) return;
  writeEvent(visit, { silent: seconds });
  visit.response.end();
}
