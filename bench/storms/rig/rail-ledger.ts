import { once } from "node:events";
import { createSandboxFacilitator } from "../../../demo/facilitator/facilitator.ts";
import type { Journal } from "../../../demo/facilitator/journal.ts";
import type { RailRecord } from "../checker/histories.ts";

/** How the ledger is to answer; see `readPlan` of the facilitator. */
export interface RailPlan {
  readonly mode: "lost-reply" | "timeout" | "500" | "429" | "garbage" | "pending" | "cut";
  readonly percent: number;
  readonly forMs?: number;
  readonly moves?: boolean;
  readonly on?: readonly ("settle" | "status")[];
}

/** The ledger of all payments. It lives in the rig's process and is never killed. */
export interface RailLedger {
  readonly url: string;
  /** `null`: from now on it answers well. */
  misbehave(plan: RailPlan | null): Promise<void>;
  /** An invoice was paid, outside of any gateway. */
  notePaid(invoice: {
    readonly paymentKey: string;
    readonly paymentHash: string;
    readonly amount: bigint;
  }): void;
  isCharged(paymentKey: string): boolean;
  /** How often settlement was asked for. */
  askedOf(paymentKey: string): number;
  /** How many answers were bad in that way. */
  misbehaved(mode: RailPlan["mode"]): Promise<number>;
  read(): RailRecord;
  stop(): Promise<void>;
}

export async function startRailLedger(): Promise<RailLedger> {
  const { server, journal } = createSandboxFacilitator();
  const repeats = watchRepeats(journal);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async misbehave(plan) {
      const body = JSON.stringify(plan ?? { mode: null });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/control`, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(`The ledger refused a plan: ${await answer.text()}`);
      await answer.arrayBuffer();
    },
    notePaid({ paymentKey, paymentHash, amount }) {
      const entry = { at: Date.now(), kind: "lightning", paymentKey, transaction: paymentHash } as const;
      journal.append({ ...entry, amount: `${amount}` });
    },
    isCharged: (paymentKey) => journal.findCharge(paymentKey) !== undefined,
    askedOf: (paymentKey) => journal.count(paymentKey).asked,
    async misbehaved(mode) {
      const stats: unknown = await (await fetch(`${url}/stats`)).json();
      if (typeof stats !== "object" || stats === null || !("misbehaved" in stats)) return 0;
      const counts = Object.entries(stats.misbehaved ?? {}).find(([name]) => name === mode);
      return Number(counts?.[1] ?? 0);
    },
    read: () => ({ charges: readCharges(journal), repeats: [...repeats] }),
    async stop() {
      server.close();
      server.closeAllConnections();
      journal.close();
    },
  };
}

/** The ledger books a key once, however often it is asked; a real rail might not, so each further request is kept. */
function watchRepeats(journal: Journal): { readonly paymentKey: string; readonly at: number }[] {
  const repeats: { readonly paymentKey: string; readonly at: number }[] = [];
  const noteAsked = journal.noteAsked.bind(journal);
  journal.noteAsked = (paymentKey) => {
    if (journal.findCharge(paymentKey) !== undefined) repeats.push({ paymentKey, at: Date.now() });
    noteAsked(paymentKey);
  };
  return repeats;
}

function readCharges({ entries }: Journal): RailRecord["charges"] {
  return entries.map(({ paymentKey, at, pendingUntil, kind, amount }) => ({
    paymentKey,
    // Until then nobody could know.
    at: pendingUntil ?? at,
    amount: kind === "refund" ? -BigInt(amount) : BigInt(amount),
  }));
}
