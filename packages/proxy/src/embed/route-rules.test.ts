import express from "express";
import fc from "fast-check";
import { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { isCanonicalPath } from "../canonical-path.ts";
import { PaywallConfigError } from "./config-error.ts";
import { compileRules } from "./route-rules.ts";

/** The router inside of Fastify, find-my-way. */
interface Router {
  on(method: string, path: string, handler: () => void, store: unknown): void;
  find(method: string, path: string): { readonly store?: unknown } | null;
}
const fastifyRequire = createRequire(createRequire(import.meta.url).resolve("fastify"));
const createRouter = fastifyRequire("find-my-way") as (options: object) => Router;

const keyOf = (routes: Record<string, "$1">, method: string, target: string): string | undefined => {
  const rule = compileRules(routes).find(method, target);
  return rule === "unclear" ? "unclear" : rule?.key;
};

describe("which rule a request has", () => {
  const routes = {
    "GET /weather": "$1",
    "/weather": "$1",
    "/files/*": "$1",
    "GET /files/free": "$1",
    "/items/:id": "$1",
    "GET /items/new": "$1",
    "/:shop/offers": "$1",
    "/items/:id/parts/*": "$1",
  } as const;

  it.each([
    ["GET", "/weather", "GET /weather"],
    ["HEAD", "/weather", "GET /weather"],
    ["POST", "/weather", "/weather"],
    ["GET", "/weather?x=/files/free", "GET /weather"],
    ["GET", "/weather/", "GET /weather"],
    ["GET", "/Weather", "GET /weather"],
    ["GET", "/%77eather", "GET /weather"],
    ["GET", "http://other.example/weather", "GET /weather"],
    ["GET", "/files", "/files/*"],
    ["GET", "/files/a/b.txt", "/files/*"],
    ["GET", "/files/free", "GET /files/free"],
    ["POST", "/files/free", "/files/*"],
    ["GET", "/items/7", "/items/:id"],
    ["GET", "/items/new", "GET /items/new"],
    ["GET", "/items/offers", "/items/:id"],
    ["GET", "/baker/offers", "/:shop/offers"],
    ["GET", "/items/7/parts", "/items/:id/parts/*"],
    ["GET", "/items/7/other", undefined],
    ["GET", "/items", undefined],
    ["GET", "/", undefined],
    ["GET", "/weatherx", undefined],
  ])("%s %s", (method, target, key) => {
    expect(keyOf(routes, method, target)).toBe(key);
  });

  it("does not depend on the order in which rules are written", () => {
    const reversed = Object.fromEntries(Object.entries(routes).toReversed());
    for (const target of ["/items/offers", "/files/free", "/weather"])
      expect(keyOf(reversed, "GET", target)).toBe(keyOf(routes, "GET", target));
  });

  it("is unclear where routers would come to different prices", () => {
    for (const target of ["/files//free", "/files/x/../free", "/files/free;x", "/items/7%2Fparts%2Fa"])
      expect([target, keyOf(routes, "GET", target)]).toEqual([target, "unclear"]);
    expect(keyOf(routes, "GET", "/files/%66ree")).toBe("GET /files/free");
  });

  it("asks the price of a collection before that of an empty parameter", () => {
    expect(keyOf({ "/items/:id": "$1" }, "GET", "/items/")).toBe("/items/:id");
    expect(keyOf({ "/items/:id": "$1", "/items": "$1" }, "GET", "/items/")).toBe("/items");
  });

  it("leaves everything alone where nothing is listed, and nothing where all is", () => {
    expect(keyOf({}, "GET", "/x")).toBeUndefined();
    for (const target of ["/", "/x", "/x/y?z", "//", "/%2e", "http://h/"])
      expect(keyOf({ "/*": "$1" }, "GET", target)).toBe("/*");
  });
});

describe("keys that are none", () => {
  it.each([
    "",
    "GET",
    "weather",
    "GET weather",
    "GET,POST /x",
    "* /x",
    "https://example.com/x",
    "/a?b",
    "/a#b",
    "/a b",
    "/a\\b",
    "/a*b",
    "/*/x",
    "/items/[id]",
    "/items{/:id}",
    "/(a|b)",
    "/items/x-:id",
    "/a/../b",
    "/a/%2e/b",
  ])("refuses %j", (key) => {
    const compile = () => compileRules({ [key]: "$1" });
    expect(compile).toThrow(PaywallConfigError);
    expect(compile).toThrow(/^routes\["/);
  });

  it.each([
    ["GET /a", "get /a"],
    ["/a", "/a/"],
    ["/a", "/A"],
    ["/a/:x", "/a/:y"],
    ["/a/*", "//a//*"],
    ["/ab", "/a%62"],
  ])("refuses %j beside %j, which match alike", (first, second) => {
    const compile = () => compileRules({ [first]: "$1", [second]: "$1" });
    expect(compile).toThrow(PaywallConfigError);
    expect(compile).toThrow(`routes["${second}"]: Matches the same requests as "${first}".`);
  });

  it("takes a colon that is escaped as a colon", () => {
    expect(keyOf({ "/models/large%3Arun": "$1" }, "POST", "/models/large:run")).toBe("/models/large%3Arun");
    expect(keyOf({ "/models/large%3Arun": "$1" }, "POST", "/models/large:stop")).toBeUndefined();
  });
});

const priced = {
  "/flat": "$1",
  "/items/new": "$1",
  "/items/:id": "$1",
  "/wild/free": "$1",
  "/wild/*": "$1",
  "/deep/:a/:b": "$1",
} as const;
const rules = compileRules(priced);

/** Parts of paths that routers read in their own ways, so that spellings of priced routes are found often. */
const part = fc.constantFrom(
  ..."/ // /./ /../ \\ %2f %2F %252f %5c ; ;x=1 %3b . .. %2e ? # %00 %20 %ff \u00a0 x 7 :id * @ % + & =".split(
    " ",
  ),
  ..."flat FLAT %66lat %2566lat items Items %69tems new NEW wild Wild free deep http://h HTTP://h/ foo://h/".split(
    " ",
  ),
);
const target = fc
  .tuple(fc.constantFrom("/", "", "/flat", "/items/", "/wild/", "/deep/"), fc.array(part, { maxLength: 6 }))
  .map(([start, parts]) => start + parts.join(""));

/** What holds for a target that a router leads to a priced route. */
function check(url: string, route: string): void {
  const rule = rules.find("GET", url);
  expect([url, rule]).not.toEqual([url, undefined]);
  // What is not canonical is refused behind the rule; a slash at the end belongs to the collection.
  const [path = ""] = url.split("?");
  if (rule === undefined || rule === "unclear" || !isCanonicalPath(path) || path.endsWith("/")) return;
  expect([url, rule.key]).toEqual([url, route]);
}

describe("no spelling of a priced route is free, or has the price of another", () => {
  it("in Express, nested routers too", async () => {
    const inner = express.Router().get("/new", serve("/items/new")).get("/:id", serve("/items/:id"));
    const app = express()
      .get("/flat", serve("/flat"))
      .get("/wild/free", serve("/wild/free"))
      .get("/wild/*rest", serve("/wild/*"))
      .get("/deep/:a/:b", serve("/deep/:a/:b"))
      .use("/items", inner);
    let served = 0;
    await fc.assert(
      fc.asyncProperty(target, async (url) => {
        const route = await findRoute(app, url);
        if (typeof route !== "string") return;
        served++;
        check(url, route);
      }),
      { numRuns: 5_000 },
    );
    expect(served).toBeGreaterThan(100);
    expect(await findRoute(app, "/other")).toBeUndefined();
  });

  it.each([
    {},
    {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      caseSensitive: false,
      useSemicolonDelimiter: true,
    },
    { ignoreDuplicateSlashes: true },
    { useSemicolonDelimiter: true, caseSensitive: false },
  ])("in Fastify's router, with %j", (options) => {
    const router = createRouter({ ...options, onBadUrl: () => undefined });
    for (const path of Object.keys(priced)) router.on("GET", path, () => undefined, path);
    let served = 0;
    fc.assert(
      fc.property(target, (url) => {
        const route: unknown = router.find("GET", url)?.store;
        if (typeof route !== "string") return;
        served++;
        check(url, route);
      }),
      { numRuns: 5_000 },
    );
    expect(served).toBeGreaterThan(100);
  });
});

function serve(route: string): express.RequestHandler {
  return (_request, response) => {
    response.locals["route"] = route;
    response.end();
  };
}

/** Which of an application's routes answers; no socket, so that targets come as they are. */
function findRoute(app: express.Express, url: string): Promise<unknown> {
  const request = new IncomingMessage(new Socket()) as express.Request;
  request.url = url;
  request.method = "GET";
  const response = new ServerResponse(request) as express.Response;
  return new Promise((resolve) => {
    response.end = () => (resolve(response.locals["route"]), response);
    app(request, response, () => resolve(undefined));
  });
}
