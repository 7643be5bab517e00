/** What the fields of one model are given. */
export interface PriceSection<T> {
  readonly value: T;
  /** Message for a member of the price as the API names it: `rates.outputToken`. */
  readonly errorOf: (member: string) => string | undefined;
  /** Millisatoshi that a dollar buys, where it is known. */
  readonly msatPerUsd: string | undefined;
  readonly onChange: (change: Partial<T>) => void;
}
