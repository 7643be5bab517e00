/** The adapter suite's application as a module worker, on D1. */
import { createD1Store } from "@x402-paywall/proxy/stores/d1";
import { adapterRoutes, answerAdapterApp } from "../../proxy/src/testing/adapter-app.ts";
import { withPaywall } from "../src/index.ts";

interface Env {
  readonly DB: Parameters<typeof createD1Store>[0];
  readonly ORIGIN: string;
}

export default withPaywall<Env>(
  { fetch: (request, _, { usage }) => answerAdapterApp(request, usage) },
  (env) => ({
    secret: "workers-contract-secret-0123456789",
    url: env.ORIGIN,
    store: createD1Store(env.DB),
    routes: adapterRoutes,
  }),
);
