import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type RpcCounter = Awaited<ReturnType<typeof startRpcCounter>>;

/** A chain's node for a gateway, which counts what it is asked. */
export async function startRpcCounter(rpcUrl: string) {
  let calls = 0;
  let away = false;
  const server = createServer((request, response) => {
    calls++;
    if (away) return void response.destroy();
    void text(request)
      .then((body) =>
        fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body }),
      )
      .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
      .catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    /** Drops connections until it is back. */
    setAway: (value: boolean) => void (away = value),
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
