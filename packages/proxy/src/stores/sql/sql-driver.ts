/** What goes into a statement; amounts go as decimal text, because a double does not hold them. */
export type SqlValue = string | number | null;

export interface SqlStatement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** One database as the stores see it. */
export interface SqlDriver {
  readonly dialect: SqlDialect;
  /** One transaction, all of it or nothing. Nobody decides between its statements: D1 could not. Answers the rows of each. */
  readonly batch: (statements: readonly SqlStatement[]) => Promise<readonly (readonly unknown[])[]>;
}

/** Where the engines differ. What both understand is written out in the statements. */
export interface SqlDialect {
  /** Stands before the number of a parameter. */
  readonly placeholder: "$" | "?";
  /** Unix seconds with fractions, on the database's clock. */
  readonly now: string;
  readonly least: string;
  readonly greatest: string;
  /** Ends a sub-select whose rows are locked and read in their newest version; empty where there is one writer only. */
  readonly forUpdate: string;
  /** A table function: one row `value` for each member of a JSON array. */
  readonly members: string;
  readonly schema: SchemaDialect;
}

export interface SchemaDialect {
  /** Signed, 64 bits. */
  readonly bigint: string;
  /** 64-bit floating point. */
  readonly double: string;
  /** Ends each `create table`. */
  readonly tableEnd: string;
  /** One update, in which NEW and OLD are the changed row, after each row that `event` and `when` describe. */
  readonly trigger: (trigger: {
    readonly name: string;
    readonly event: "insert" | "update";
    readonly table: string;
    readonly when?: string;
    readonly run: string;
  }) => readonly string[];
  /** Refuses every change of what was written. */
  readonly appendOnly: (table: string) => readonly string[];
}
