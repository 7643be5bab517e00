import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../checker/check.ts";
import type { Violation } from "../checker/histories.ts";
import { startField } from "../rig/field.ts";
import type { Field } from "../rig/field.ts";
import { runLoad } from "../rig/load.ts";
import { startPostgresProxy } from "../rig/postgres-proxy.ts";
import type { Cut, PostgresProxy } from "../rig/postgres-proxy.ts";
import { count, summarise } from "../rig/summary.ts";
import { missed } from "../storm.ts";
import type { Storm } from "../storm.ts";

const cuts = { full: 200, short: 14, broken: 21 };

/** Every statement that moves a payment on. */
const statements = ["claim-take", "begin-settlement", "settle", "finish", "release", "mark-unknown"];

/** Postgres commits, and the gateway is never told. */
export const cutReplies: Storm = {
  id: "S4",
  title: "reply cut at COMMIT",
  opposites: ["lost-commit-is-no-commit"],
  doses: ["full", "short", "broken"],
  async run({ dose, mutation, logFile }) {
    let proxy: PostgresProxy | undefined;
    const route = async (url: string): Promise<string> => {
      proxy = await startPostgresProxy(url);
      return proxy.url;
    };
    const field = await startField({ slots: 2, mutation, logFile, route });
    try {
      await field.ledger.misbehave({ mode: "lost-reply", percent: 10, on: ["settle"] });
      field.upstream.mood.failPercent = 15;
      let done = false;
      const load = runLoad(field, { payers: 12, goesOn: () => !done });
      const found = await cutAll(field, proxy, cuts[dose]);
      done = true;
      await load;
      const histories = await field.read();
      return {
        dose: `${cuts[dose]} replies over ${statements.length} statements`,
        figures: [...summarise(histories), count("cut", cuts[dose] - found.length)],
        violations: [...found, ...check(histories)],
      };
    } finally {
      await field.stop();
      await proxy?.stop();
    }
  },
};

async function cutAll(field: Field, proxy: PostgresProxy | undefined, total: number): Promise<Violation[]> {
  const found: Violation[] = [];
  for (let n = 0; n < total; n++) {
    const cut = planOf(n);
    try {
      await proxy?.cut(cut, 10_000);
    } catch {
      found.push(missed("cut", cut.statement, "nobody ran it: the storm proves nothing"));
    }
    await sleep(100 * field.random());
  }
  return found;
}

/** One in seven never arrives, so that both sides of not knowing are seen. */
function planOf(n: number): Cut {
  const statement = statements[n % statements.length] ?? "settle";
  return { statement, when: n % 7 === 6 ? "before" : "after" };
}
