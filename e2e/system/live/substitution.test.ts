import { afterAll, beforeAll, expect, it } from "vitest";
import { openChain } from "../../chain/start-chain.ts";
import { getInstance } from "../../instance.ts";
import { present, served } from "./attempt.ts";
import { createCreator, type Creator } from "./creator.ts";
import { createPayer, readOffer, signExact, toHeader } from "./payer.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const { gatewayUrls, chainRpcUrl } = getInstance();
const chain = openChain(chainRpcUrl);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const AT_ONCE = 60;

let creators: readonly Creator[];
let upstream: Upstream;
let slugs: readonly string[];
beforeAll(async () => {
  upstream = await startUpstream();
  creators = await Promise.all([createCreator(), createCreator()]);
  // One price everywhere: what a payment is worth gives nothing away.
  const sold = await Promise.all(
    creators.map((creator) =>
      Promise.all(Array.from({ length: 6 }, () => creator.sell({ url: upstream.url }))),
    ),
  );
  slugs = sold.flat().map(({ slug }) => slug);
}, 60_000);
afterAll(() => upstream.close());

it(
  "a payment for one of 12 endpoints × 5 methods buys none of the other 59, costs nothing there, and then buys its own",
  { timeout: 60_000 },
  async () => {
    const payer = await createPayer(chain);
    const resources = slugs.flatMap((slug) => METHODS.map((method) => ({ slug, method })));
    const linkOf = (slug: string, at = 0): string => `${gatewayUrls[at % 2]}/p/${slug}/goods`;
    const payments = await Promise.all(
      resources.map(async ({ slug, method }) =>
        toHeader(await signExact(payer, await readOffer(linkOf(slug), { method }))),
      ),
    );
    const pairs = resources.flatMap((resource, to) =>
      payments.flatMap((headers, from) => (from === to ? [] : [{ ...resource, headers, to }])),
    );
    expect(pairs).toHaveLength(60 * 59);
    const codes = new Map<string, number>();
    while (pairs.length > 0)
      // oxlint-disable-next-line no-await-in-loop -- so many at a time
      await Promise.all(
        pairs.splice(0, AT_ONCE).map(async ({ slug, method, headers, to }) => {
          const answer = await fetch(linkOf(slug, to), { method, headers });
          const { code } = (await answer.json()) as { code: string };
          const challenged = answer.headers.has("payment-required") ? "challenged" : "";
          const outcome = `${answer.status} ${code} ${challenged}`;
          codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
        }),
      );
    expect(Object.fromEntries(codes)).toEqual({ "402 wrong_resource challenged": 60 * 59 });
    expect(upstream.totalRuns()).toBe(0);
    expect(await chain.transfers({ from: payer.address })).toEqual([]);

    const own = await Promise.all(
      resources.map(({ slug, method }, index) => present(linkOf(slug, index), payments[index] ?? {}, method)),
    );
    expect(own).toEqual(resources.map(() => served));
    const balances = await Promise.all(creators.map(({ payTo }) => chain.balanceOf(payTo)));
    expect(balances).toEqual([300_000n, 300_000n]);
    expect(await chain.transfers({ from: payer.address })).toHaveLength(60);
  },
);
