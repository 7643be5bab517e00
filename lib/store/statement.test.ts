import { expect, it } from "vitest";
import { createTestDatabase } from "../testing/database.ts";
import { runBatch } from "./statement.ts";

it("has a statement planned anew as a process goes on, a few times and no more", async () => {
  const database = await createTestDatabase({ max: 1 });
  try {
    const text = "select n from json_to_recordset($1::json) as i(n int)";
    for (let count = 0; count < 1_100; count++)
      // oxlint-disable-next-line no-await-in-loop
      expect(await runBatch(database.pool, { name: "replanned", text }, [{ n: count }])).toEqual([
        { n: count },
      ]);
    const { rows } = await database.pool.query<{ name: string; calls: number }>(
      "select name, (generic_plans + custom_plans)::int as calls from pg_prepared_statements order by name",
    );
    expect(rows).toEqual([
      { name: "replanned-1", calls: 9 },
      { name: "replanned-2", calls: 90 },
      { name: "replanned-3", calls: 900 },
      { name: "replanned-4", calls: 101 },
    ]);
  } finally {
    await database.close();
  }
});
