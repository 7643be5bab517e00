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

/** No spelling of a priced path is answered by its handler for nothing. */
export function checkAdapterPaths({ call, runs }: AdapterWorld): void {
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

  it("keeps a query apart from the path", async () => {
    expect((await call("/flat?x=/rules/free")).status).toBe(402);
    expect((await call("/flat?")).status).toBe(402);
  });
}
