import { pbkdf2Sync } from "node:crypto";
import { HDKey, hdKeyToAccount, type HDAccount } from "viem/accounts";

const MNEMONIC = "test test test test test test test test test test test junk";

type Ten<T> = readonly [T, T, T, T, T, T, T, T, T, T];

/** Anvil's well-known accounts, each with 10,000 ether on a fresh chain; `minter` is for what the chain does itself. */
export function deriveAccounts(): { readonly accounts: Ten<HDAccount>; readonly minter: HDAccount } {
  // Stretched once: `mnemonicToAccount` would do it for each account, in a tenth of a second.
  const key = HDKey.fromMasterSeed(pbkdf2Sync(MNEMONIC, "mnemonic", 2048, 64, "sha512"));
  const at = (addressIndex: number): HDAccount => hdKeyToAccount(key, { addressIndex });
  return {
    accounts: [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9)],
    minter: at(10),
  };
}
