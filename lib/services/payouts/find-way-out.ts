import type { ChainReader } from "../ports.ts";

/** Selectors of functions that let a contract's owner have it do something: smart accounts, multisigs, rescues. */
const strong: readonly string[] = [
  "b61d27f6", // execute(address,uint256,bytes)
  "e9ae5c53", // execute(bytes32,bytes)
  "44c028fe", // execute(uint256,address,uint256,bytes)
  "51945447", // execute(address,uint256,bytes,uint8)
  "18dfb3c7", // executeBatch(address[],bytes[])
  "47e1da2a", // executeBatch(address[],uint256[],bytes[])
  "34fcd5be", // executeBatch((address,uint256,bytes)[])
  "6a761202", // execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)
  "468721a7", // execTransactionFromModule(address,uint256,bytes,uint8)
  "d9caed12", // withdraw(address,address,uint256)
  "89476069", // withdrawToken(address)
  "9e281a98", // withdrawToken(address,uint256)
  "01e33667", // withdrawToken(address,address,uint256)
  "44004cc1", // withdrawERC20(address,address,uint256)
  "01681a62", // sweep(address)
  "df2ab5bb", // sweepToken(address,uint256,address)
  "b2118a8d", // rescueERC20(address,address,uint256)
  "cea9d26f", // rescueTokens(address,address,uint256)
  "8980f11f", // recoverERC20(address,uint256)
  "48b75044", // release(address,address)
];
/** Signs of a contract that moves tokens, unless it is a token itself: then they are about its own. */
const weak: readonly string[] = [
  "a9059cbb", // transfer(address,uint256)
  "095ea7b3", // approve(address,uint256)
  "3ccfd60b", // withdraw()
  "2e1a7d4d", // withdraw(uint256)
  "51cff8d9", // withdraw(address)
  "f3fef3a3", // withdraw(address,uint256)
  "1626ba7e", // isValidSignature(bytes32,bytes): EIP-1271; a token may only ask its payers for it
];
const totalSupply = "18160ddd";

/** Where proxies keep the address of their code: EIP-1967, EIP-1822, OpenZeppelin's first ones (USDC is one). */
const implementationSlots = [
  "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
  "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
] as const;
// Safe's proxies keep theirs in the first slot; in other contracts that is any value at all.
const firstSlot = `0x${"0".repeat(64)}` as const;
const proxyBytes = 1_000;
const maxDepth = 2;

/**
 * Whether the contract seems able to move tokens that it has, by the selectors in its bytecode and in that of what it
 * delegates to. A guess, to warn with: `false` may be wrong for a contract of its own kind, `true` says nothing of who may.
 * @param code `0x` hex; rejects where the chain does not answer
 */
export async function findWayOut(chain: ChainReader, address: string, code: string): Promise<boolean> {
  return search(chain, address, code, 0);
}

async function search(chain: ChainReader, storage: string, code: string, depth: number): Promise<boolean> {
  if (hasWayOut(code)) return true;
  if (depth === maxDepth) return false;
  const targets = await listTargets(chain, storage, code);
  // What is delegated to works on the storage of the outermost contract.
  const found = await Promise.all(
    targets.map(async (target) => search(chain, storage, await chain.codeAt(target), depth + 1)),
  );
  return found.includes(true);
}

/** @param code `0x` hex of runtime bytecode */
export function hasWayOut(code: string): boolean {
  const has = (selector: string) => indexOfBytes(code, selector) >= 0;
  return strong.some(has) || (weak.some(has) && !has(totalSupply));
}

async function listTargets(chain: ChainReader, storage: string, code: string): Promise<readonly string[]> {
  // EIP-1167: the address is in the code.
  const clone = /363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/i.exec(code)?.[1];
  if (clone !== undefined) return [`0x${clone}`];
  const slots = code.length <= 2 * proxyBytes ? [...implementationSlots, firstSlot] : implementationSlots;
  const words = await Promise.all(slots.map((slot) => chain.storageAt(storage, slot)));
  return [...new Set(words.flatMap((word) => addressIn(word) ?? []))];
}

/** A word that is an address and nothing more. */
function addressIn(word: string): string | undefined {
  const found = /^0x0{24}([0-9a-f]{40})$/i.exec(word)?.[1];
  return found === undefined || BigInt(`0x${found}`) <= 0xffffn ? undefined : `0x${found}`;
}

/** At a whole byte only. */
function indexOfBytes(code: string, bytes: string): number {
  const text = code.toLowerCase();
  let index = text.indexOf(bytes, 2);
  while (index >= 0 && index % 2 === 1) index = text.indexOf(bytes, index + 1);
  return index;
}
