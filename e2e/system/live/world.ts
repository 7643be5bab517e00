import { startFacilitator } from "../../chain/hosted-facilitator.ts";
import { openChain, type OpenChain } from "../../chain/start-chain.ts";
import { getInstance } from "../../instance.ts";
import { createCreator } from "./creator.ts";
import { startGateway } from "./gateway.ts";
import { startRpcCounter } from "./rpc-counter.ts";
import { startUpstream } from "./upstream.ts";

export interface LiveWorldOptions {
  /** Default: the instance's. */
  readonly chain?: OpenChain;
  readonly gateways?: number;
  /** Settings of the gateways. */
  readonly env?: Readonly<Record<string, string>>;
}

export type LiveWorld = Awaited<ReturnType<typeof startLiveWorld>>;

/** Short, so that tests need not wait; above what an honest answer takes on a busy machine. */
export const SHORT = { FACILITATOR_TIMEOUT_MS: "1500", SETTLEMENT_TIMEOUT_MS: "1000" };

/**
 * Gateways of the instance with one facilitator that the test commands, an upstream whose runs it knows, a node that counts,
 * and a creator who sells what the upstream has.
 */
export async function startLiveWorld({
  chain: given,
  gateways: count = 1,
  env = SHORT,
}: LiveWorldOptions = {}) {
  const chain = given ?? openChain(getInstance().chainRpcUrl);
  const [facilitator, upstream, rpc] = await Promise.all([
    startFacilitator(chain),
    startUpstream(),
    startRpcCounter(chain.rpcUrl),
  ]);
  const options = { facilitators: [facilitator], rpcUrl: rpc.url, env };
  const [creator, ...gateways] = await Promise.all([
    createCreator(),
    ...Array.from({ length: count }, () => startGateway(options)),
  ]);
  const [gateway] = gateways;
  if (gateway === undefined) throw new Error("A world has a gateway");
  const endpoint = await creator.sell({ url: upstream.url });
  return {
    chain,
    facilitator,
    upstream,
    rpc,
    creator,
    /** One cent a request. */
    endpoint,
    gateway,
    gateways,
    /** Of a path and query below the endpoint. */
    link: (target: string, at = gateway): string => `${at.url}/p/${endpoint.slug}${target}`,
    async close(): Promise<void> {
      await Promise.all(gateways.map((each) => each.close()));
      await Promise.all([facilitator.close(), upstream.close(), rpc.close()]);
    },
  };
}
