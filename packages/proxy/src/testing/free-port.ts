import { createServer } from "node:net";
import { listen } from "./listen.ts";

/** A port of loopback that was free a moment ago, for a server that must know its origin before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const origin = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return Number(new URL(origin).port);
}
