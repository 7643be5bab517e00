import { Pool } from "undici";
import { signPayments } from "../lib/payer.ts";
import type { Entrant } from "../lib/rounds.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Row } from "../lib/row.ts";

const connections = 32;

/** P4: x402 `exact`, each request with a payment of its own: signature, claim, settlement, receipt, answer. */
export const paid: Row = async ({ express, ours }, options) => {
  const entrant = (name: string, port: number, path: string, perSecond: number): Entrant => ({
    name,
    run: async (seconds) => {
      const origin = `http://127.0.0.1:${port}`;
      const payments = await signPayments(origin + path, Math.ceil(perSecond * Math.min(seconds, 3)));
      return { "paid/s": await spend(origin, path, payments) };
    },
  });
  const rounds = await new Rounds().play(
    [entrant("ours", ours.port, "/p/json/json", 1500), entrant("@x402/express", express.port, "/json", 300)],
    options,
  );
  return {
    id: "P4",
    title: `x402 exact paid, ${ours.info["store"] ?? ""} store, chain without latency (${connections} connections)`,
    measures: rounds.measures({ "paid/s": "/s" }),
    verdicts: rounds.compare(
      { claim: "times @x402/express", target: 5, better: "higher" },
      "paid/s",
      "ours",
      "@x402/express",
    ),
  };
};

/** Presents each payment once, so many at a time. @returns answers a second */
async function spend(origin: string, path: string, payments: readonly string[]): Promise<number> {
  const pool = new Pool(origin, { connections });
  const queue = payments.values();
  const worker = async () => {
    for (const payment of queue) {
      const { statusCode, body } = await pool.request({
        path,
        method: "GET",
        headers: { "payment-signature": payment },
      });
      const text = await body.text();
      if (statusCode !== 200)
        throw new Error(`A payment was answered with ${statusCode}: ${text.slice(0, 300)}`);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const elapsed = (performance.now() - started) / 1000;
  await pool.close();
  return payments.length / elapsed;
}
