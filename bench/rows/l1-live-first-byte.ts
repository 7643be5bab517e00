import { Agent } from "undici";
import { privateKeyToAccount } from "viem/accounts";
import { startFacilitator } from "../../e2e/chain/hosted-facilitator.ts";
import { startChain } from "../../e2e/chain/start-chain.ts";
import { type Contender, startScript } from "../lib/contender.ts";
import { median } from "../lib/numbers.ts";
import { PAYER_KEY, signPayments } from "../lib/payer.ts";
import { type Entrant, Rounds } from "../lib/rounds.ts";
import type { Row } from "../lib/row.ts";
import { firstByte } from "../lib/streams.ts";

const ours = "ours, LIVE";
const official = "@x402/express";
const second = "/sse?ticks=11&ms=100";

/** L1: the first byte of a LIVE event stream of one second: same upstream, same facilitator, same chain. */
export const liveFirstByte: Row = async ({ stream }, options) => {
  const chain = await startChain();
  const facilitator = await startFacilitator(chain);
  const upstream = `http://127.0.0.1:${stream.port}`;
  const started: Contender[] = [];
  try {
    await chain.fund(privateKeyToAccount(PAYER_KEY).address, 1_000_000_000_000n);
    const shared = [upstream, facilitator.url];
    started.push(
      await startScript(ours, "live/gateway.ts", [...shared, chain.rpcUrl]),
      await startScript(official, "live/express-x402.ts", shared),
    );
    const [gateway, express] = started;
    if (gateway === undefined || express === undefined) throw new Error("Not started");
    const entrants = [
      { name: "direct", run: async (seconds: number) => ({ "first byte": await direct(stream, seconds) }) },
      paying(gateway, "/p/stream"),
      paying(express, ""),
    ];
    for (const { run } of entrants) await run(2);
    const starts = await new Rounds().play(entrants, options);
    return {
      id: "L1",
      title:
        "LIVE: event stream of one second, each settled on a chain (anvil, automine) by a hosted facilitator",
      measures: starts.measures({ "first byte": "ms" }),
      verdicts: starts.compare(
        { claim: "paid first byte of @x402/express's", target: 0.1, better: "lower" },
        "first byte",
        ours,
        official,
      ),
    };
  } finally {
    await Promise.all(started.map((contender) => contender.stop()));
    await facilitator.close();
    await chain.close();
  }
};

function paying(contender: Contender, prefix: string): Entrant {
  return {
    name: contender.name,
    run: async (seconds) => {
      const url = `http://127.0.0.1:${contender.port}${prefix}${second}`;
      const payments = [...(await signPayments(url, Math.ceil(2 * seconds)))];
      const times = payments.map((payment) => () => once(url, { "payment-signature": payment }));
      return { "first byte": await medianOf(times) };
    },
  };
}

function direct({ port }: Contender, seconds: number): Promise<number> {
  const url = `http://127.0.0.1:${port}${second}`;
  return medianOf(Array.from({ length: Math.ceil(2 * seconds) }, () => () => once(url, {})));
}

async function once(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const dispatcher = new Agent({ connections: 1 });
  const time = await firstByte({ url, headers, dispatcher });
  await dispatcher.close();
  return time;
}

async function medianOf(calls: readonly (() => Promise<number>)[]): Promise<number> {
  const times: number[] = [];
  for (const call of calls) times.push(await call());
  return median(times);
}
