import { createServer, type IncomingMessage } from "node:http";
import { listen } from "../../proxy/src/testing/listen.ts";

/** A request that the instance got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface FakeInstance {
  readonly origin: string;
  readonly received: Received[];
  /** What the next requests are answered with; by path. */
  readonly answers: Map<string, { readonly status: number; readonly body: unknown }>;
  close(): void;
}

export const goodKey = `pk_${"k".repeat(43)}`;

/** The REST API of an instance, as far as the CLI calls it (docs/api.md). */
export async function startInstance(): Promise<FakeInstance> {
  const received: Received[] = [];
  const answers: FakeInstance["answers"] = new Map();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = "", url = "", headers } = request;
      received.push({ method, path: url, authorization: headers.authorization, body });
      const answer = decide(method, url, headers.authorization, answers);
      response
        .writeHead(answer.status, { "content-type": "application/json" })
        .end(JSON.stringify(answer.body));
    });
  });
  const origin = await listen(server);
  return { origin, received, answers, close: () => void server.close() };
}

function decide(
  method: string,
  url: string,
  authorization: string | undefined,
  answers: FakeInstance["answers"],
) {
  const planned = answers.get(url);
  if (planned !== undefined) return planned;
  if (authorization !== `Bearer ${goodKey}`)
    return { status: 401, body: { code: "unauthorized", title: "Sign in first", status: 401 } };
  if (url === "/api/v1/me")
    return {
      status: 200,
      body: {
        user: { id: "u", email: "ada@example.com", name: "Ada" },
        workspace: { id: "w", name: "Ada's" },
      },
    };
  if (url === "/api/v1/inspect")
    return { status: 200, body: { suggestedTitle: "Weather", notes: ["It answers 401: add a header."] } };
  if (url === "/api/v1/endpoints" && method === "POST")
    return {
      status: 201,
      body: { id: "ep_1", slug: "weather", mode: "test", url: "http://127.0.0.1:4020/p/weather" },
    };
  return { status: 404, body: { title: "Not found" } };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}
