import type { AtomicStore } from "../../store.ts";
import { holdsOf } from "./holds.ts";
import { paymentsOf } from "./payments.ts";
import { readsOf } from "./reads.ts";
import { recordsOf } from "./records.ts";
import { settlementOf } from "./settlement.ts";
import type { SqlDriver } from "./sql-driver.ts";
import { createSql } from "./statement.ts";

/**
 * A store on any SQL database with atomic batches. Each operation is one statement, which decides and writes at once, on
 * the database's clock; where it wrote nothing, a second one tells why.
 */
export function createSqlStore(driver: SqlDriver): AtomicStore {
  const sql = createSql(driver);
  return {
    atomic: true,
    ...paymentsOf(sql),
    ...settlementOf(sql),
    ...holdsOf(sql),
    ...recordsOf(sql),
    ...readsOf(sql),
  };
}
