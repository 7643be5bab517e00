import { createServer, type RequestListener } from "node:http";
import { listen } from "./listen.ts";

/** A server on loopback whose origin is known before its application is made. */
export interface OpenServer {
  readonly origin: string;
  use(app: RequestListener): void;
  close(): Promise<void>;
}

export async function openServer(): Promise<OpenServer> {
  let app: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => app(request, response));
  const origin = await listen(server);
  return {
    origin,
    use: (next) => void (app = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
