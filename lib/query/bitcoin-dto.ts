/** What moved in Bitcoin: msat, decimal string, and the rate that the payer was told, `asOf` in Unix seconds. */
export interface BitcoinDto {
  readonly msat: string;
  /** `null` on receipts of before rates were written down. `asOf` is 0 where it was set, and not observed. */
  readonly rate: { readonly msatPerUsd: string; readonly asOf: number } | null;
}
