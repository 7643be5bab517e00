import type { Field } from "./field.ts";
import { wires } from "./mint-credential.ts";
import type { Wire } from "./mint-credential.ts";
import { buy, redeem } from "./payer.ts";
import type { PayerOptions } from "./payer.ts";

export interface LoadOptions extends PayerOptions {
  /** Payers at the same time. */
  readonly payers: number;
  /** Asked before each purchase. */
  readonly goesOn: (bought: number) => boolean;
  readonly wires?: readonly Wire[];
}

/** Payers who buy one thing after the other until told to stop, and see each purchase to its end. */
export async function runLoad(field: Field, options: LoadOptions): Promise<void> {
  const { payers, goesOn, wires: used = wires } = options;
  let bought = 0;
  const payer = async (): Promise<void> => {
    while (goesOn(bought)) {
      const turn = bought++;
      const wire = used[turn % used.length] ?? "x402";
      const resource = { slug: `storm-${turn % 2}`, method: "GET", path: `/a?n=${turn}` } as const;
      await redeem(field, await buy(field, resource, wire), options);
    }
  };
  await Promise.all(Array.from({ length: payers }, payer));
}
