import { load } from "../lib/load.ts";
import type { Entrant } from "../lib/rounds.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Row } from "../lib/row.ts";

/** P1: the unpaid 402, against nginx passing the upstream's answer on. */
export const challenge: Row = async ({ nginx, express, ours }, options) => {
  const entrant = (name: string, url: string, refuses: boolean): Entrant => ({
    name,
    run: async (seconds) => {
      const { perSecond, p50, p99, refused, failed } = await load({ url, connections: 32, seconds });
      if (failed > 0 || refused > 0 !== refuses)
        throw new Error(`${name}: not the answers that were expected at ${url}`);
      return { "req/s": perSecond, p50, p99 };
    },
  });
  const rounds = await new Rounds().play(
    [
      ...(nginx === undefined ? [] : [entrant("nginx", `http://127.0.0.1:${nginx.port}/json`, false)]),
      entrant("ours", `http://127.0.0.1:${ours.port}/p/json/json`, true),
      entrant("ours, with an invoice", `http://127.0.0.1:${ours.port}/p/all/json`, true),
      entrant("@x402/express", `http://127.0.0.1:${express.port}/json`, true),
    ],
    options,
  );
  const higher = { better: "higher" } as const;
  return {
    id: "P1",
    title: "Unpaid request, 402 (32 connections)",
    measures: rounds.measures({ "req/s": "/s", p50: "ms", p99: "ms" }),
    verdicts: [
      ...rounds.compare(
        { claim: "stateless 402 of nginx", target: 0.75, ...higher },
        "req/s",
        "ours",
        "nginx",
      ),
      ...rounds.compare(
        { claim: "times @x402/express's 402", target: 6, ...higher },
        "req/s",
        "ours",
        "@x402/express",
      ),
    ],
  };
};
