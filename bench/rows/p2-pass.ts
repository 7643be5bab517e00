import { load } from "../lib/load.ts";
import type { Entrant } from "../lib/rounds.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Row, Verdict } from "../lib/row.ts";

const connectionCounts = [32, 256] as const;
const targets: Readonly<Record<number, number>> = { 32: 0.45, 256: 0.3 };

/** P2: a valid pass, nothing written: what the paywall adds to a plain proxy. */
export const pass: Row = async ({ tiny, nginx, undici, ours }, options) => {
  const headers = { Authorization: `Bearer ${ours.info["passJson"] ?? ""}` };
  const entrant = (name: string, connections: number, url: string, paid = false): Entrant => ({
    name: `${name}, ${connections}`,
    run: async (seconds) => {
      const result = await load({ url, connections, seconds, ...(paid ? { headers } : {}) });
      if (result.failed + result.refused > 0)
        throw new Error(`${name}: ${result.refused} refusals at ${url}`);
      return { "req/s": result.perSecond, p50: result.p50, p99: result.p99 };
    },
  });
  const rounds = await new Rounds().play(
    connectionCounts.flatMap((connections) => [
      entrant("upstream", connections, `http://127.0.0.1:${tiny.port}/json`),
      ...(nginx === undefined ? [] : [entrant("nginx", connections, `http://127.0.0.1:${nginx.port}/json`)]),
      entrant("undici dispatch", connections, `http://127.0.0.1:${undici.port}/json`),
      entrant("ours", connections, `http://127.0.0.1:${ours.port}/p/json/json`, true),
    ]),
    options,
  );
  const verdicts = connectionCounts.flatMap((connections): readonly Verdict[] => {
    const claim = {
      claim: `of nginx at ${connections} connections`,
      target: targets[connections] ?? 0,
      better: "higher",
    } as const;
    const bare = {
      claim: `of bare undici at ${connections} connections`,
      target: 0.8,
      better: "higher",
    } as const;
    return [
      ...rounds.compare(claim, "req/s", `ours, ${connections}`, `nginx, ${connections}`),
      ...rounds.compare(bare, "req/s", `ours, ${connections}`, `undici dispatch, ${connections}`),
    ];
  });
  return {
    id: "P2",
    title: "Valid pass, no write (32 and 256 connections)",
    measures: rounds.measures({ "req/s": "/s", p50: "ms", p99: "ms" }),
    verdicts,
  };
};
