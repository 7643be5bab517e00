import { DatabaseSync } from "node:sqlite";
import type { NewClaim } from "../src/store.ts";
import { createSqliteStore } from "../src/stores/sqlite/index.ts";
import { decode } from "./remote-store.ts";

/**
 * A process of its own: `node sqlite-racer.ts <file> <start, Unix ms> <claim> <entitlement> <name>` claims the key 300 times
 * and opens 150 holds of 10 µUSD, then says how often it got what it asked for.
 */
const [path = "", start = "", encoded = "", entitlementId = "", name = ""] = process.argv.slice(2);
const store = createSqliteStore({ database: new DatabaseSync(path) });
const claim = decode(encoded) as NewClaim;
await store.findPayment("");
await new Promise((resolve) => setTimeout(resolve, Number(start) - Date.now()));

let claimed = 0;
let held = 0;
for (let turn = 0; turn < 300; turn++) {
  const { outcome } = await store.claim({ ...claim, owner: `own_${name}_${turn}` });
  if (outcome === "claimed") claimed++;
  if (turn % 2 === 0) continue;
  const hold = { id: `hld_${name}_${turn}`, entitlementId, amount: 10n, uses: 0, leaseMs: 60_000 } as const;
  if ((await store.openHold(hold)).outcome === "held") held++;
}
process.stdout.write(JSON.stringify({ claimed, held }));
