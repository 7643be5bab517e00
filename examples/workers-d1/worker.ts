import type { D1Database } from "@cloudflare/workers-types";
import { createD1Store } from "@x402-paywall/proxy/stores/d1";
import { pass, withPaywall } from "@x402-paywall/workers";

interface Env {
  readonly DB: D1Database;
  readonly PAYWALL_SECRET: string;
  readonly PUBLIC_URL: string;
}

export default withPaywall<Env>({ fetch: (request) => answer(new URL(request.url).pathname) }, (env) => ({
  secret: env.PAYWALL_SECRET,
  url: env.PUBLIC_URL,
  store: createD1Store(env.DB),
  routes: { "GET /weather": "$0.01", "GET /countdown": pass("$0.05", { hours: 1 }) },
}));

function answer(path: string): Response {
  if (path === "/weather") return Response.json({ sky: "clear", celsius: 21 });
  if (path === "/countdown") return countdown();
  return new Response("Free. GET /weather costs a cent.\n");
}

/** An event each quarter of a second, made when it is sent. */
function countdown(left = 5): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(encoder.encode(`data: ${left}\n\n`));
      if (left-- === 0) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 250));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
