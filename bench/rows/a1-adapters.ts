import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { type Contender, startScript } from "../lib/contender.ts";
import { load } from "../lib/load.ts";
import { median } from "../lib/numbers.ts";
import { signPayments } from "../lib/payer.ts";
import { type Entrant, Rounds } from "../lib/rounds.ts";
import type { Row, Verdict } from "../lib/row.ts";
import { firstByte } from "../lib/streams.ts";

const ours = "@x402-paywall/express";
const oursFastify = "@x402-paywall/fastify";
const oursAlike = "@x402-paywall/express, x402 alone";
const official = "@x402/express";
const officialHono = "@x402/hono";

/** Many streams wait while one starts: so many are open, each a second long, and start one after the other. */
const LANES = 5;

/** A1: the paywall inside of an application. First byte of a paid event stream, and the 402 of one that is not paid. */
export const adapters: Row = async (_field, options) => {
  const started: Contender[] = [];
  const start = async (name: string, script: string, args: readonly string[] = []): Promise<Contender> => {
    const contender = await startScript(name, `adapters/${script}`, args);
    started.push(contender);
    return contender;
  };
  try {
    const streaming = [
      await start(ours, "express-paywall.ts"),
      await start(oursFastify, "fastify-paywall.ts"),
      await start(official, "express-x402.ts"),
      await start(officialHono, "hono-x402.ts"),
    ];
    const [express, , peer] = streaming;
    const alike = await start(oursAlike, "express-paywall.ts", ["x402"]);
    for (const contender of [...streaming, alike]) await warmUp(contender);
    const starts = await new Rounds().play(streaming.map(startOf), options);
    const asked = [express, alike, peer].flatMap((contender) => (contender === undefined ? [] : [contender]));
    const refusals = await new Rounds().play(asked.map(refusalOf), options);
    return {
      id: "A1",
      title: "In the application: event stream of one second, each paid with x402; 402 of 32 connections",
      measures: [
        ...starts.measures({ "first byte": "ms", "bare handler": "ms", added: "ms" }),
        ...refusals.measures({ "402/s": "/s" }),
      ],
      verdicts: [...compareStarts(starts), ...compareRefusals(refusals)],
    };
  } finally {
    await Promise.all(started.map((contender) => contender.stop()));
  }
};

function compareStarts(starts: Rounds): readonly Verdict[] {
  const pairs = [ours, oursFastify].flatMap((mine) =>
    [official, officialHono].map((peer) => [mine, peer] as const),
  );
  return pairs.flatMap(([mine, peer]) =>
    starts.compare(
      { claim: `first byte of ${mine}, of ${peer}'s`, target: 0.05, better: "lower" },
      "first byte",
      mine,
      peer,
    ),
  );
}

function compareRefusals(refusals: Rounds): readonly Verdict[] {
  return refusals.compare(
    { claim: `402 of ${ours}, x402 alone: times ${official}'s`, target: 1, better: "higher" },
    "402/s",
    oursAlike,
    official,
  );
}

const urlOf = ({ port }: Contender, path: string): string => `http://127.0.0.1:${port}${path}`;

/** Short streams, paid and bare: no application in use is as cold as one that was just started. */
async function warmUp(contender: Contender): Promise<void> {
  const dispatcher = new Agent({ connections: 1 });
  const short = "?ticks=1&ms=1";
  for (const payment of await signPayments(urlOf(contender, `/sse${short}`), 300)) {
    const headers = { "payment-signature": payment };
    await firstByte({ url: urlOf(contender, `/sse${short}`), headers, dispatcher });
    await firstByte({ url: urlOf(contender, `/free${short}`), dispatcher });
  }
  await dispatcher.close();
}

function startOf(contender: Contender): Entrant {
  return {
    name: contender.name,
    run: async (seconds) => {
      const turns = Math.ceil(2 * seconds);
      const url = urlOf(contender, "/sse");
      const payments = [...(await signPayments(url, turns * LANES))];
      const paid = await measure(turns, url, () => ({ "payment-signature": payments.pop() ?? "" }));
      const bare = await measure(turns, urlOf(contender, "/free"), () => ({}));
      return { "first byte": paid, "bare handler": bare, added: paid - bare };
    },
  };
}

/** Median of the first bytes of streams that start evenly spread over each second. */
async function measure(turns: number, url: string, headers: () => Record<string, string>): Promise<number> {
  const times: number[] = [];
  const lane = async (_: unknown, place: number): Promise<void> => {
    const dispatcher = new Agent({ connections: 1 });
    await sleep((1_000 / LANES) * place);
    for (let turn = 0; turn < turns; turn++)
      times.push(await firstByte({ url, headers: headers(), dispatcher }));
    await dispatcher.close();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return median(times);
}

function refusalOf(contender: Contender): Entrant {
  return {
    name: contender.name,
    run: async (seconds) => {
      const { perSecond, refused, failed } = await load({
        url: urlOf(contender, "/json"),
        connections: 32,
        seconds,
      });
      if (failed > 0 || refused === 0)
        throw new Error(`${contender.name}: not the answers that were expected`);
      return { "402/s": perSecond };
    },
  };
}
