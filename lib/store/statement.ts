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

const runs = new Map<string, number>();

/**
 * A connection keeps the plan of a name, and one that was made while a table was empty reads it whole for as long as
 * nobody analyzes it. So a process that starts with its tables has its statements planned anew when it ran 10, 100, 1,000
 * and 10,000 of them.
 */
function planName(name: string): string {
  const count = Math.min((runs.get(name) ?? 0) + 1, 10_000);
  runs.set(name, count);
  return `${name}-${`${count}`.length}`;
}

/** Runs the statement over the rows, which it reads with `json_to_recordset($1)`. */
export function runBatch<Row extends QueryResultRow>(
  pool: Pool,
  statement: Statement,
  rows: readonly object[],
): Promise<Row[]> {
  const { name, text } = statement;
  return runQuery<Row>(pool, { name: planName(name), text, values: [JSON.stringify(rows)] });
}
