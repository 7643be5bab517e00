import {
  findHeader,
  type HeaderList,
  listHeaders,
  parsePaymentChallenges,
  parsePaymentRequired,
} from "@x402-paywall/core";
import { expect, it } from "vitest";
import { createWorld, headerOf, jsonBody, makeEndpoint, type World } from "../test/engine-fixtures.ts";

const CONTENT = "https://content.example:8443";
const TARGET = "/p/demo/v1/x?y=1";
const hostile: readonly (readonly [string, HeaderList])[] = [
  ["Host", [["Host", "evil.example"]]],
  [
    "two Hosts",
    [
      ["Host", "content.example:8443"],
      ["Host", "evil.example"],
    ],
  ],
  ["a Host with a path", [["Host", "evil.example/p/other?"]]],
  ["X-Forwarded-Host", [["X-Forwarded-Host", "evil.example"]]],
  ["X-Forwarded-Host, a list", [["X-Forwarded-Host", "content.example, evil.example"]]],
  ["X-Forwarded-Proto", [["X-Forwarded-Proto", "http"]]],
  [
    "X-Forwarded-Port and -Prefix",
    [
      ["X-Forwarded-Port", "666"],
      ["X-Forwarded-Prefix", "/evil.example"],
    ],
  ],
  ["Forwarded", [["Forwarded", 'for=1.2.3.4;host="evil.example";proto=http']]],
  [
    "X-Original-URL",
    [
      ["X-Original-URL", "https://evil.example/"],
      ["X-Rewrite-URL", "/evil.example"],
    ],
  ],
  [
    "Origin and Referer",
    [
      ["Origin", "https://evil.example"],
      ["Referer", "https://evil.example/"],
    ],
  ],
];

const ask = (world: World, headers: HeaderList) =>
  world.get(TARGET, headers, { host: findHeader(headers, "host") ?? "content.example:8443" });

it.each(hostile)("names the public URL on every wire, whatever is said in %s", async (_, headers) => {
  const world = createWorld({ contentUrl: CONTENT }, makeEndpoint());
  const decision = await ask(world, headers);
  if (decision.kind !== "refused") throw new Error("not refused");
  const required = parsePaymentRequired(headerOf(decision, "payment-required") ?? "");
  expect(required?.resource.url).toBe(`${CONTENT}${TARGET}`);
  expect(jsonBody(decision)).toMatchObject({ status: 402, resource: { url: `${CONTENT}${TARGET}` } });
  const lines = listHeaders(decision.head.headers, "www-authenticate");
  const realms = lines.flatMap(parsePaymentChallenges).map(({ realm }) => realm);
  expect(realms).toEqual(["content.example:8443"]);
  expect(new TextDecoder().decode(decision.body)).not.toContain("evil");
  for (const [, value] of decision.head.headers) {
    expect(value).not.toContain("evil");
    for (const part of value.split(/[^A-Za-z0-9+/=_-]/))
      expect(Buffer.from(part, "base64").toString("latin1")).not.toContain("evil");
  }
});

it("offers the rails the public URL, and shows it to people", async () => {
  const seen: string[] = [];
  const { rail } = createWorld();
  const world = createWorld({
    contentUrl: CONTENT,
    rails: [
      {
        ...rail,
        offer: (request) => {
          seen.push(request.resourceUrl);
          return rail.offer(request);
        },
      },
    ],
    page: ({ resourceUrl }) => {
      seen.push(resourceUrl);
      return { html: "", csp: "" };
    },
  });
  for (const [, headers] of hostile) await ask(world, [...headers, ["Accept", "text/html"]]);
  expect(new Set(seen)).toEqual(new Set([`${CONTENT}${TARGET}`]));
  expect(seen).toHaveLength(2 * hostile.length);
});
