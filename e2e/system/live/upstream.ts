import { once } from "node:events";
import { createServer } from "node:http";
import { getInstance } from "../../instance.ts";

export type Upstream = Awaited<ReturnType<typeof startUpstream>>;

/**
 * An upstream of which a test knows each run. It is asked between the check of a payment and its settlement, so what is to
 * happen in between happens in its handler.
 */
export async function startUpstream() {
  const { contractPort } = getInstance();
  const runs = new Map<string, number>();
  const between = new Map<string, () => Promise<unknown>>();
  const server = createServer((request, response) => {
    const target = request.url ?? "";
    runs.set(target, (runs.get(target) ?? 0) + 1);
    request.resume();
    const act = between.get(target) ?? (async () => undefined);
    between.delete(target);
    void act().then(() => {
      const body = JSON.stringify({ goods: target });
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
  }).listen(contractPort, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${contractPort}/`,
    /** How often it was asked for a path and query. */
    runs: (target: string): number => runs.get(target) ?? 0,
    totalRuns: (): number => [...runs.values()].reduce((sum, count) => sum + count, 0),
    /** Done once, when it is asked for the target: the payment is checked by then, and not settled. */
    onNext: (target: string, act: () => Promise<unknown>) => void between.set(target, act),
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
