/** Text of a column that a check in the database holds to these values. */
export function oneOf<T extends string>(value: string, values: readonly T[]): T {
  const found = values.find((entry) => entry === value);
  if (found === undefined)
    throw new Error(`The database holds ${value}, which is none of ${values.join(", ")}`);
  return found;
}
