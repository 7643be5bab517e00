import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { createFetchHandler } from "../fetch/index.ts";
import { describeGatewayContract } from "../testing/gateway-contract.ts";
import { listen } from "../testing/listen.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import { createEgress, createEgressPolicy, createGatewayServer, createNodeForwarder } from "./index.ts";

const docsBase = "https://paywall.example/docs";
const egressTo = (origin: string) => createEgress(createEgressPolicy({ allow: new URL(origin).host }));

describeGatewayContract("node:http", {
  start: async (origin) => {
    const egress = egressTo(origin);
    const gateway = createGatewayServer(createOpenPaywall(origin), { egress, docsBase });
    const baseUrl = `${await listen(gateway.server)}/p/open`;
    return { baseUrl, close: async () => void (await Promise.all([gateway.close(500), egress.destroy()])) };
  },
});

describeGatewayContract("fetch", {
  downloadBytes: 16 * 1024 * 1024,
  start: async (origin) => {
    const egress = egressTo(origin);
    const handle = createFetchHandler(createOpenPaywall(origin), {
      forwarder: createNodeForwarder(egress),
      docsBase,
    });
    // What a framework does: requests and responses of the platform in front of a Node server.
    const server = createServer((incoming, outgoing) => {
      const left = new AbortController();
      const closed = once(outgoing, "close");
      void closed.then(() => left.abort());
      outgoing.on("error", () => undefined);
      const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
      const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method ?? "GET",
        headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        signal: left.signal,
        ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: "half" } : {}),
      });
      void handle(request, { rawTarget: incoming.url ?? "" }).then(async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        if (response.body === null) return outgoing.end();
        outgoing.flushHeaders();
        try {
          for await (const chunk of response.body) {
            if (!outgoing.write(chunk)) await Promise.race([once(outgoing, "drain"), closed]);
          }
          outgoing.end();
        } catch {
          outgoing.destroy();
        }
      });
    });
    const baseUrl = `${await listen(server)}/p/open`;
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await egress.destroy();
    };
    return { baseUrl, close };
  },
});
