import type { SqlDriver, SqlStatement, SqlValue } from "./sql-driver.ts";

/** Values by the names that stand in the text as `:name`. `undefined` is NULL; a name that is not there is a mistake. */
export type Params = Readonly<Record<string, unknown>>;
export type Prepared = (params: Params) => SqlStatement;

/** What a group of statements is made with. */
export interface Sql extends SqlDriver {
  /** Names become numbers once; the text is the same for every call, so that an engine may keep its plan. */
  readonly prepare: (text: string) => Prepared;
  /** Runs one statement, whose select list or RETURNING is the caller's `Row`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  readonly run: <Row>(statement: SqlStatement) => Promise<readonly Row[]>;
}

export function createSql(driver: SqlDriver): Sql {
  const { placeholder } = driver.dialect;
  return {
    ...driver,
    prepare: (text) => {
      const names: string[] = [];
      const numbered = text.replaceAll(/:([a-z][a-zA-Z0-9]*)/g, (_, name: string) => {
        const known = names.indexOf(name) + 1;
        return `${placeholder}${known === 0 ? names.push(name) : known}`;
      });
      return (params) => ({ text: numbered, values: names.map((name) => valueOf(params, name)) });
    },
    run: async <Row>(statement: SqlStatement) => {
      const [rows = []] = await driver.batch([statement]);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where rows get their type
      return rows as readonly Row[];
    },
  };
}

function valueOf(params: Params, name: string): SqlValue {
  const value = params[name];
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint") return `${value}`;
  if (Object.hasOwn(params, name) && (value === undefined || value === null)) return null;
  throw new TypeError(`The statement's ${name} is missing, or no value of a column`);
}
