import { randomBytes } from "node:crypto";
import { createInvoice } from "ln-service";
import { createEgressPolicy, createNodeReach } from "@x402-paywall/proxy/node";
import { openLnd } from "@x402-paywall/proxy/rails/lightning/lnd";
import { startLightning } from "../../e2e/lightning/nodes/start-lightning.ts";
import { type Entrant, Rounds } from "../lib/rounds.ts";
import type { Row } from "../lib/row.ts";

const ours = "openLnd";
const peer = "ln-service createInvoice";
/** Calls that are open at once, like payers who are offered an invoice. */
const OPEN = 32;
const EXPIRY_MS = 600_000;

/** LN1: invoices each second of one real lnd (regtest, one channel), through the backend and through ln-service's own call. */
export const invoices: Row = async (_, options) => {
  const net = await startLightning();
  const { connection } = net.creator;
  const reach = createNodeReach(createEgressPolicy({ allow: connection.socket }));
  const backend = await openLnd(connection, { reach, clock: Date.now, timeoutMs: 30_000 });
  try {
    const entrants: readonly Entrant[] = [
      entrant(ours, (preimage, description) =>
        backend.createInvoice({ amountMsat: 21_000n, description, expirySeconds: 600, preimage }),
      ),
      entrant(peer, (preimage, description) =>
        createInvoice({
          lnd: net.creator.lnd(),
          tokens: 21,
          description,
          secret: preimage.toString("hex"),
          expires_at: new Date(Date.now() + EXPIRY_MS).toISOString(),
          is_including_private_channels: true,
        }),
      ),
    ];
    const rounds = await new Rounds().play(entrants, options);
    return {
      id: "LN1",
      title: `Invoices of one lnd (regtest, on loopback), ${OPEN} asked for at once`,
      measures: rounds.measures({ invoices: "/s" }),
      verdicts: rounds.compare(
        { claim: "times ln-service's createInvoice", target: 1.5, better: "higher" },
        "invoices",
        ours,
        peer,
      ),
    };
  } finally {
    await backend.close();
    await reach.close();
    await net.close();
  }
};

function entrant(name: string, make: (preimage: Buffer, description: string) => Promise<unknown>): Entrant {
  return {
    name,
    run: async (seconds) => {
      const startedAt = performance.now();
      const until = startedAt + seconds * 1_000;
      let made = 0;
      const work = async (): Promise<void> => {
        for (; performance.now() < until; made++) await make(randomBytes(32), `bench ${made}`);
      };
      await Promise.all(Array.from({ length: OPEN }, work));
      return { invoices: made / ((performance.now() - startedAt) / 1_000) };
    },
  };
}
