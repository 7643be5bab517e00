import type { SqlDialect } from "./sql-driver.ts";

/** SQLite 3.42 and later, also as Cloudflare D1. It has a single writer: there is nothing to lock. */
export const sqliteDialect: SqlDialect = {
  placeholder: "?",
  now: "unixepoch('subsec')",
  least: "min",
  greatest: "max",
  forUpdate: "",
  members: "json_each",
  schema: {
    bigint: "integer",
    double: "real",
    // An amount that overflows 64 bits is refused and not made a double.
    tableEnd: " strict",
    // In capitals: wrangler looks for them where it splits a file into statements.
    trigger: ({ name, event, table, when, run }) => [
      `CREATE TRIGGER ${name} AFTER ${event} ON ${table}${when === undefined ? "" : ` WHEN ${when}`} BEGIN
  ${run};
END`,
    ],
    appendOnly: (table) =>
      ["update", "delete"].map(
        (event) => `CREATE TRIGGER ${table}_no_${event} BEFORE ${event} ON ${table} BEGIN
  SELECT RAISE(ABORT, '${table} is append-only');
END`,
      ),
  },
};
