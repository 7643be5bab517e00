import http from "node:http";
import { expect, it } from "vitest";
import type { AdapterWorld } from "./adapter-world.ts";

/** Spellings of `/flat` and of what is below `/rules/`, as a router, a proxy or a cache might read them. */
const SPELLINGS = [
  "/FLAT",
  "/Flat/",
  "/flat/",
  "//flat",
  "///flat",
  "/./flat",
  "/x/../flat",
  "/%66lat",
  "/%2566lat",
  "/flat%2F",
  "/flat;x=1",
  "/flat%3Bx=1",
  "/%2e/flat",
  "/x/%2e%2e/flat",
  "/flat/.",
  "/flat/x/..",
  "/flat\\",
  "/\\flat",
  "/flat%00",
  "/flat%20",
  "/flat.",
  "/flat.json",
  "/flat%0d%0aX:1",
  "/rules//cheap",
  "/rules/%2e%2e/flat",
  "/rules/x/..;/flat",
  "/rules/x.css",
  "/RULES/anything",
  "/rules%2Fanything",
];

/** Spellings of what is below `/items/`, where a parameter takes whatever it gets. */
const PARAMETERS = [
  "/items/a%2Fb",
  "/items/a%252Fb",
  "/items/%2F",
  "/items/;x",
  "/items/%3Bx",
  "/items/7;x",
  "/items/.",
  "/items/%2e",
  "/items/a%5Cb",
  "/items/",
  "/ITEMS/7",
];

/** No spelling of a priced path is answered by its handler for nothing. */
export function checkAdapterPaths({ origin, call, runs }: AdapterWorld): void {
  const total = async (): Promise<number> => {
    const counts = await Promise.all(
      ["/flat", "/FLAT", "/Flat/", "/flat/", "/rules/cheap", "/rules/anything"].map(runs),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  it.each(SPELLINGS)("gives nothing away for %s", async (path) => {
    const before = await total();
    const answer = await call(path).catch(() => undefined);
    if (answer !== undefined) {
      const body = String(await answer.body());
      if (answer.status < 300) expect(body).not.toMatch(/"path":"\/+(flat|rules\/(cheap|anything))\/?"/i);
    }
    expect(await total()).toBe(before);
  });

  it.each(PARAMETERS)("answers nothing for nothing at %s", async (path) => {
    const answer = await call(path);
    await answer.body();
    expect(answer.status).toBeGreaterThanOrEqual(300);
  });

  it.each(["http://other.example", "HTTP://other.example:80", "http://a:b@other.example"])(
    "gives nothing away for a target as a proxy gets it, of %s",
    async (host) => {
      const before = await total();
      const status = await new Promise((resolve, reject) => {
        const path = `${host}/flat`;
        http
          .get(origin(), { path, agent: false }, (answer) => resolve(answer.resume().statusCode))
          .on("error", reject);
      });
      expect(status).toBeGreaterThanOrEqual(300);
      expect(await total()).toBe(before);
    },
  );

  it("keeps a query apart from the path", async () => {
    expect((await call("/flat?x=/rules/free")).status).toBe(402);
    expect((await call("/flat?")).status).toBe(402);
  });
}
