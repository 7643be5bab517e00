import type { Db } from "pg-boss";
import type { Pool, QueryResult } from "pg";

/** The process's own pool for pg-boss: jobs take no connections of their own from a Postgres that has few. */
export function toBossDatabase(pool: Pool): Db {
  return {
    executeSql: async (text, values): Promise<QueryResult> => {
      const client = await pool.connect();
      try {
        const result = await client.query(text, values);
        client.release();
        return result;
      } catch (error) {
        // Some of its texts are whole transactions: what one left open must not reach a payer's statement.
        client.release(true);
        throw error;
      }
    },
  };
}
