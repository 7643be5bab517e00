import type { SqlDialect } from "../sql/sql-driver.ts";

/** Postgres 14 and later, under READ COMMITTED; what conflicts under a stricter level is tried again. */
export const postgresDialect: SqlDialect = {
  placeholder: "$",
  now: "cast(extract(epoch from clock_timestamp()) as double precision)",
  least: "least",
  greatest: "greatest",
  forUpdate: "for update",
  members: "json_array_elements",
  schema: {
    bigint: "bigint",
    double: "double precision",
    tableEnd: "",
    trigger: ({ name, event, table, when, run }) => [
      `create function ${name}() returns trigger language plpgsql as $$ begin
  ${run};
  return null;
end $$`,
      `create trigger ${name} after ${event} on ${table} for each row${when === undefined ? "" : ` when (${when})`} execute function ${name}()`,
    ],
    appendOnly: (table) => [
      `create function ${table}_no_change() returns trigger language plpgsql as $$ begin
  raise exception '${table} is append-only' using errcode = 'integrity_constraint_violation';
end $$`,
      `create trigger ${table}_no_change before update or delete or truncate on ${table} for each statement execute function ${table}_no_change()`,
    ],
  },
};
