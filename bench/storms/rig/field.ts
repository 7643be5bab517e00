import { type FieldOptions, type Ground, startGround } from "./ground.ts";
import { openWallets } from "./mint-credential.ts";
import type { Wire } from "./mint-credential.ts";
import { startRailLedger } from "./rail-ledger.ts";
import type { RailLedger } from "./rail-ledger.ts";

/** A storm over TEST money: the ledger of all payments is the sandbox facilitator. */
export interface Field extends Ground<Wire> {
  readonly ledger: RailLedger;
}

export async function startField(options: FieldOptions): Promise<Field> {
  const ledger = await startRailLedger();
  const ground = await startGround(options, {
    url: ledger.url,
    env: {},
    real: false,
    openMint: (secretKey) => openWallets(secretKey, ledger),
    read: () => ledger.read(),
    stop: () => ledger.stop(),
  });
  return { ...ground, ledger };
}
