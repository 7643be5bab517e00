import { findHeader } from "@x402-paywall/core";
import { expect, it } from "vitest";
import type { Decision } from "../decision.ts";
import { nodePlatform } from "../node/embed/node-paywall.ts";
import { sandbox } from "../rails/sandbox/index.ts";
import { createEmbeddedPaywall } from "./embedded-paywall.ts";

const paywall = createEmbeddedPaywall(
  {
    secret: "preflight-secret-0123456789abcdefgh",
    url: "http://localhost:3000",
    routes: { "GET /weather": "$0.01" },
  },
  nodePlatform,
  sandbox(),
);

async function options(target: string, headers: readonly (readonly [string, string])[]): Promise<Decision> {
  const request = { method: "OPTIONS", target, headers, host: "localhost:3000", remoteAddress: "" };
  return (await paywall.find("OPTIONS", target)?.authorize(request)) ?? { kind: "passthrough" };
}

it("lets pages of other origins send a credential to what is sold, and to nothing else", async () => {
  const asked = [
    ["origin", "https://other.example"],
    ["access-control-request-method", "GET"],
    ["access-control-request-headers", "authorization"],
  ] as const;
  const decision = await options("/weather", asked);
  if (decision.kind !== "refused") throw new Error(decision.kind);
  const { status, headers } = decision.head;
  expect([status, findHeader(headers, "access-control-allow-origin")]).toEqual([204, "*"]);
  expect(findHeader(headers, "access-control-allow-headers")).toContain("Authorization");
  expect((await options("/weather", [])).kind).toBe("passthrough");
  expect((await options("/free", asked)).kind).toBe("passthrough");
});
