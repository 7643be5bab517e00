import { createMemoryStore, withPaywall } from "@x402-paywall/workers";

interface Env {
  readonly PAYWALL_SECRET: string;
}

// A store for the test alone: an isolate's memory ends with it.
const store = createMemoryStore(Date.now);

export default withPaywall<Env>({ fetch: () => new Response("sunny") }, (env) => ({
  secret: env.PAYWALL_SECRET,
  url: "http://worker.test",
  store,
  routes: { "GET /weather": "$0.01" },
}));
