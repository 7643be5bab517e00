import { join } from "node:path";
import { PaywallError } from "@x402-paywall/core";
import type { FacilitatorConfig } from "./config.ts";
import { createEvmNetwork } from "./evm-network.ts";
import type { EvmNetwork } from "./evm-network.ts";
import { openJournal } from "./journal.ts";
import type { Log } from "./log.ts";
import { createSendLane } from "./send-lane.ts";
import type { SendLane } from "./send-lane.ts";
import { createSettlements } from "./settlements.ts";
import type { Settlements } from "./settlements.ts";
import { createSpending } from "./spending.ts";
import type { Spending } from "./spending.ts";

/** All that settling on one network needs. */
export interface Desk {
  readonly network: EvmNetwork;
  readonly lane: SendLane;
  readonly spending: Spending;
  readonly settlements: Settlements;
  readonly log: Log;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** How long a receipt is waited for. */
  readonly receiptMs: number;
}

/** One for each configured network. The journal is the wallet's, so that two wallets never share one. */
export function createDesks(
  { account, networks, dataDir, receiptMs }: FacilitatorConfig,
  log: Log,
  clock: () => number,
): ReadonlyMap<`eip155:${string}`, Desk> {
  const onError = (error: unknown): void => log.error("The journal cannot be written", error);
  const journal = openJournal(join(dataDir, `${account.address.toLowerCase()}.jsonl`), { clock, onError });
  return new Map(
    networks.map((config) => {
      const network = createEvmNetwork(config, account, clock);
      const spending = createSpending(config.maxSpendWei, clock);
      const settlements = createSettlements({ network, journal, spending, log, clock });
      const lane = createSendLane(network, log);
      return [config.network, { network, lane, spending, settlements, log, clock, receiptMs }];
    }),
  );
}

/** What keeps each network from settling; `undefined`: nothing. */
export async function findFaults(
  desks: ReadonlyMap<string, Desk>,
): Promise<ReadonlyMap<string, string | undefined>> {
  return new Map(
    await Promise.all([...desks].map(async ([name, desk]) => [name, await findFault(desk)] as const)),
  );
}

async function findFault({ network, spending }: Desk): Promise<string | undefined> {
  try {
    await network.ensureChain();
    if ((await network.balance()) === 0n) return "the gas wallet is empty";
  } catch (error) {
    return error instanceof PaywallError ? error.message : "the RPC does not answer";
  }
  return spending.today() >= network.config.maxSpendWei ? "the gas of today is spent" : undefined;
}
