import { createSandboxRail } from "@x402-paywall/proxy/rails/sandbox";
import { NextRequest } from "next/server.js";
import { expect, it } from "vitest";
import { createPaywall, type RailInput } from "./index.ts";

const good = { secret: "nextjs-paywall-secret-0123456789", url: "http://localhost:3000" };
const request = (path: string): NextRequest => new NextRequest(`${good.url}${path}`);

it("does not start LIVE on memory, though its routes share one in TEST", () => {
  const live: RailInput = (context) => ({ ...createSandboxRail(context), mode: "live" });
  const { withPaywall } = createPaywall({ ...good, rails: [live] });
  const route = withPaywall(() => Response.json({}), "$0.01");
  expect(() => route(request("/x"), {})).toThrow(expect.objectContaining({ field: "store" }));
});

it("gives nothing away where no rule names the request", async () => {
  const { withPaywall } = createPaywall({ ...good, routes: { "GET /priced": "$0.01" } });
  const route = withPaywall(() => Response.json({}));
  expect((await route(request("/priced"), {})).status).toBe(402);
  expect(() => route(request("/prized"), {})).toThrow("There is no price for GET /prized.");
});
