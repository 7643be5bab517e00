import { admitRequest, createNodePaywall } from "@x402-paywall/proxy/embed/node";
import {
  bundle,
  createUsageReport,
  metered,
  type PaywallConfig,
  type UsageReport,
} from "@x402-paywall/proxy/embed";
import { openServer } from "@x402-paywall/proxy/testing";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

export interface TestApp {
  readonly origin: string;
  /** Of the content that was served. */
  readonly served: string[];
  close(): Promise<void>;
}

const routes: NonNullable<PaywallConfig["routes"]> = {
  "/weather": "$0.01",
  "/dear": "$0.60",
  "/stream": "$0.02",
  "/slow": "$0.02",
  "/bytes": "$0.01",
  "/broken": "$0.01",
  "/fails": "$0.01",
  "/missing": "$0.01",
  "/ten": bundle("$0.05", { uses: 10 }),
  "/tokens": metered({ outputTokens: "$2", deposit: "$0.25" }),
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function stream(
  response: ServerResponse,
  events: number,
  ms: number,
  usage?: UsageReport,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let event = 0; event < events && !response.destroyed; event++) {
    response.write(`data: ${event}\n\n`);
    usage?.add({ outputTokens: 100 });
    // oxlint-disable-next-line no-await-in-loop -- a stream takes its time
    await pause(ms);
  }
  response.end();
}

async function serve(request: IncomingMessage, response: ServerResponse, usage: UsageReport): Promise<void> {
  const [path] = (request.url ?? "").split("?");
  switch (path) {
    case "/weather":
    case "/dear":
    case "/ten":
      response.setHeader("content-type", "application/json");
      return void response.end('{"sky":"clear"}');
    case "/stream":
      return stream(response, 5, 100);
    case "/slow":
      return stream(response, 200, 100);
    case "/tokens":
      return stream(response, 3, 5, usage);
    case "/bytes":
      response.setHeader("content-type", "application/octet-stream");
      return void response.end(Buffer.from([0, 255, 254, 10]));
    case "/broken":
      response.writeHead(200, { "content-type": "text/plain", "content-length": "100" });
      response.write("the start");
      await pause(50);
      return void response.destroy();
    case "/fails":
      return void response.writeHead(500).end("it broke");
    case "/free":
      return void response.end("free");
    default:
      return void response.writeHead(404).end("nothing here");
  }
}

/** An application with prices, as an adapter would serve it, on loopback. */
export async function startApp(config: Partial<PaywallConfig> = {}): Promise<TestApp> {
  const server = await openServer();
  const { listener, served } = createApp(server.origin, config);
  server.use(listener);
  return { origin: server.origin, served, close: () => server.close() };
}

/** @param url What payers see. */
export function createApp(
  url: string,
  config: Partial<PaywallConfig> = {},
): { readonly listener: RequestListener; readonly served: string[] } {
  const served: string[] = [];
  const paywall = createNodePaywall({ secret: "cli-test-secret-0123456789abcdefgh", url, routes, ...config });
  const { docsBase } = paywall;
  const decide = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? "/";
    const ticket = paywall.find(request.method ?? "GET", target);
    const usage =
      ticket === undefined
        ? createUsageReport()
        : await admitRequest({ request, response, ticket, target, docsBase });
    if (usage === undefined) return;
    served.push(target);
    await serve(request, response, usage);
  };
  return { listener: (request, response) => void decide(request, response), served };
}
