import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalAccount } from "viem";
import type { EndpointDto } from "../../../lib/query/dto.ts";
import { type HostedFacilitator, startFacilitator } from "../../chain/hosted-facilitator.ts";
import { openChain } from "../../chain/start-chain.ts";
import { getInstance } from "../../instance.ts";
import { askAgain, paidBy, present, presentUntilServed, served } from "./attempt.ts";
import { createCreator } from "./creator.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { createPayer, pay } from "./payer.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import { SHORT } from "./world.ts";

const chain = openChain(getInstance().chainRpcUrl);

interface Pair {
  readonly first: HostedFacilitator;
  readonly second: HostedFacilitator;
  readonly gateway: Gateway;
}

/** A gateway forgets after ten seconds that its first facilitator was away, so each test has a pair of its own. */
async function startPair(): Promise<Pair> {
  const [first, second] = await Promise.all([startFacilitator(chain), startFacilitator(chain)]);
  const gateway = await startGateway({ facilitators: [first, second], env: SHORT });
  return { first, second, gateway };
}

let pairs: readonly Pair[];
let upstream: Upstream;
let endpoint: EndpointDto;
let chargedFirst: EndpointDto;
beforeAll(async () => {
  upstream = await startUpstream();
  const [creator, ...started] = await Promise.all([createCreator(), startPair(), startPair()]);
  pairs = started;
  [endpoint, chargedFirst] = await Promise.all([
    creator.sell({ url: upstream.url }),
    creator.sell({ url: upstream.url, settleFirst: true }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all(
    pairs.map(async ({ first, second, gateway }) => {
      await gateway.close();
      await Promise.all([first.close(), second.close()]);
    }),
  );
  await upstream.close();
});

/** What a facilitator was asked about a payer. */
function askedAbout({ requests }: HostedFacilitator, payer: LocalAccount): readonly string[] {
  const about = requests.filter(({ payload }) => JSON.stringify(payload ?? {}).includes(payer.address));
  return about.map(({ path }) => path);
}

function pairAt(index: number): Pair {
  const pair = pairs[index];
  if (pair === undefined) throw new Error("There are two pairs");
  return pair;
}

describe.concurrent("two facilitators", { timeout: 30_000 }, () => {
  it("the second settles while the first is down", async () => {
    const { first, second, gateway } = pairAt(0);
    const payer = await createPayer(chain);
    const url = `${gateway.url}/p/${endpoint.slug}/goods?for=${payer.address}`;
    const { headers } = await pay(payer, url);
    await first.misbehave("down");
    expect(await present(url, headers)).toEqual(served);
    expect(askedAbout(second, payer)).toEqual(["verify", "settle"]);
    expect(await paidBy(chain, payer)).toEqual([10_000n]);

    // Where the money comes first, the first one is asked at once; it was not there, so the next presentation goes elsewhere.
    const other = await createPayer(chain);
    const dear = `${gateway.url}/p/${chargedFirst.slug}/goods?for=${other.address}`;
    const paid = await pay(other, dear);
    await presentUntilServed(dear, paid.headers);
    expect(await paidBy(chain, other)).toEqual([10_000n]);
  });

  it("the second never hears of a payment that the first may have settled", async () => {
    const { first, second, gateway } = pairAt(1);
    const payer = await createPayer(chain);
    const url = `${gateway.url}/p/${endpoint.slug}/goods?for=${payer.address}`;
    const { headers } = await pay(payer, url);
    await first.misbehave("hang", { path: "settle", times: 2 });
    expect(await present(url, headers)).toEqual(askAgain("settlement_unknown"));
    expect(await present(url, headers)).toEqual(askAgain("settlement_unknown"));
    // Somebody else's payment is not held up by it.
    const other = await createPayer(chain);
    const elsewhere = `${gateway.url}/p/${endpoint.slug}/goods?for=${other.address}`;
    expect(await present(elsewhere, (await pay(other, elsewhere)).headers)).toEqual(served);
    expect(askedAbout(second, other)).toEqual(["verify", "settle"]);
    await presentUntilServed(url, headers);
    expect(askedAbout(second, payer)).toEqual([]);
    expect(askedAbout(first, payer)).toEqual(["verify", "settle", "settle", "settle"]);
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
  });
});
