import type { Pool, QueryResultRow } from "pg";

/** A batch's rows travel as one JSON parameter; `name` lets each connection parse and plan the text once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

// Longer than the batcher waits: this only frees the connection of a statement that nobody waits for any more.
const statementTimeoutMs = 3_000;

/** Runs the statement over the rows, which it reads with `json_to_recordset($1)`. */
export async function runBatch<Row extends QueryResultRow>(pool: Pool, statement: Statement, rows: readonly object[]): Promise<Row[]> {
  const values = [JSON.stringify(rows)];
  const query = { ...statement, values, query_timeout: statementTimeoutMs };
  const result = await pool.query<Row>(query);
  return result.rows;
}
