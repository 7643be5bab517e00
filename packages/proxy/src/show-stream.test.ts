import type { StreamPage } from "@x402-paywall/core";
import { accessCookieName, findHeader } from "@x402-paywall/core";
import { expect, it } from "vitest";
import { perToken, priced } from "../test/draws.ts";
import { buyL402, createWorld, granted, jsonBody, serve } from "../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/story?a=1";
const BROWSER = ["Accept", "text/html"] as const;
const streamPage: StreamPage = ({ resourcePath, infoUrl, rawUrl }) => ({
  html: JSON.stringify({ resourcePath, infoUrl, rawUrl }),
  csp: "default-src 'none'",
});

async function open() {
  const world = createWorld({ streamPage }, priced(perToken(), { kind: "stream" }));
  const bought = await serve(granted(await world.get(TARGET, (await buyL402(world, TARGET)).headers)));
  const token = findHeader(bought.headers, "paywall-access-token") ?? "";
  return { world, cookie: ["Cookie", `${accessCookieName("*")}=${token}`] as const };
}

it("shows a person who has access a page that draws nothing, and others the 402", async () => {
  const { world, cookie } = await open();
  const shown = jsonBody(await world.get(TARGET, [cookie, BROWSER]));
  expect(shown).toMatchObject({ status: 200, resourcePath: TARGET, infoUrl: "/p/demo/.info" });
  expect(jsonBody(await world.get("/p/demo/.info", [cookie]))).toMatchObject({ held: "0.00" });
  expect((await world.get(TARGET, [BROWSER])).kind).toBe("refused");
  await serve(granted(await world.get(TARGET, [cookie, ["Accept", "text/event-stream"]])));
});

it("hands out the stream itself where there is no script, of this endpoint alone", async () => {
  const { world, cookie } = await open();
  const { rawUrl } = jsonBody(await world.get(TARGET, [cookie, BROWSER]));
  const grant = granted(await world.get(String(rawUrl), [cookie, BROWSER]));
  expect(grant.upstreamTarget).toBe("/base/v1/story?a=1");
  await serve(grant);
  const other = await world.get(`/p/demo/.raw?resource=${encodeURIComponent("/p/other/x")}`, [cookie]);
  expect(jsonBody(other)).toMatchObject({ status: 400 });
});

it("an error of a top-up may stand in our own frame, every other page in none", async () => {
  const { world } = await open();
  const policy = async (target: string): Promise<string> => {
    const refused = await world.get(target, [BROWSER]);
    return (refused.kind === "refused" && findHeader(refused.head.headers, "content-security-policy")) || "";
  };
  expect(await policy("/p/demo/.topup?entitlement=ent_unknown")).toContain("frame-ancestors 'self'");
  expect(await policy("/p/unknown/x")).toContain("frame-ancestors 'none'");
});
