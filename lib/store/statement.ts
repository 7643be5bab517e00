import type { Pool, QueryResultRow } from "pg";

/** A batch's rows travel as one JSON parameter; `name` lets each connection parse and plan the text once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

// A payer waits two seconds at most. The connection of a statement that takes longer is given up with it.
const timeoutMs = 1_700;

/** Runs one statement, and gives up on it in time. */
export async function runQuery<Row extends QueryResultRow>(
  pool: Pool,
  statement: Statement & { readonly values: readonly unknown[] },
): Promise<Row[]> {
  const query = { ...statement, values: [...statement.values], query_timeout: timeoutMs };
  const result = await pool.query<Row>(query);
  return result.rows;
}

/** Runs the statement over the rows, which it reads with `json_to_recordset($1)`. */
export function runBatch<Row extends QueryResultRow>(
  pool: Pool,
  statement: Statement,
  rows: readonly object[],
): Promise<Row[]> {
  return runQuery<Row>(pool, { ...statement, values: [JSON.stringify(rows)] });
}
