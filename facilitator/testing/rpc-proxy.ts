import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What happens to a call: passed on, or one of the ways in which nodes fail. */
export type RpcFate =
  | "pass"
  /** Done, and the answer lost. */
  | "lose-answer"
  /** Never answered. */
  | "hang"
  | { readonly status: number; readonly body?: string }
  | { readonly rpcError: { readonly code: number; readonly message: string } };

export type RpcProxy = Awaited<ReturnType<typeof startRpcProxy>>;

/** Stands between a facilitator and its node, and fails as `fate` says. */
export async function startRpcProxy(target: string) {
  const proxy = {
    fate: (_method: string): RpcFate => "pass",
    /** Methods, in the order in which they were called. */
    calls: [] as string[],
    url: "",
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { id, method } = JSON.parse(body) as { id: number; method: string };
    proxy.calls.push(method);
    const fate = proxy.fate(method);
    if (fate === "hang") return;
    if (typeof fate === "object" && "status" in fate) {
      response.writeHead(fate.status).end(fate.body ?? "");
      return;
    }
    if (typeof fate === "object") {
      response.end(JSON.stringify({ jsonrpc: "2.0", id, error: fate.rpcError }));
      return;
    }
    const answer = await fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await answer.text();
    if (fate === "lose-answer") response.destroy();
    else response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  proxy.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  return proxy;
}
