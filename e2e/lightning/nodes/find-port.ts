import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range that the system takes for outgoing connections, so that a node finds its port free when it restarts. */
const FIRST = 15_000;
const LAST = 31_000;

const taken = new Set<number>();

/** A port of loopback on which nobody listens; no port is given twice. */
export async function findPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
