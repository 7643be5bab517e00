import type { ServerResponse } from "node:http";
import type { Visit } from "./visit.ts";

const broken = new WeakSet<ServerResponse>();

/** Ends the connection on purpose, which is not counted as a client that left. */
export function breakOff(visit: Visit, how: "close" | "reset"): void {
  broken.add(visit.response);
  if (how === "reset") visit.request.socket.resetAndDestroy();
  else visit.request.socket.destroy();
}

/** Puts bytes on the connection that are no answer of ours, and ends it. */
export function endRaw(visit: Visit, bytes: string): void {
  broken.add(visit.response);
  visit.request.socket.end(bytes);
}

/** Whether it was us. */
export function wasBrokenOff(response: ServerResponse): boolean {
  return broken.has(response);
}
