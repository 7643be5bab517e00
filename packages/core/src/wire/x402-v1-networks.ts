/** Names that x402 v1 gave to EVM chains, and two that clients use beside them. */
const CHAINS: ReadonlyMap<string, number> = new Map([
  ["ethereum", 1],
  ["sepolia", 11_155_111],
  ["abstract", 2741],
  ["abstract-testnet", 11_124],
  ["base-sepolia", 84_532],
  ["base", 8453],
  ["avalanche-fuji", 43_113],
  ["avalanche", 43_114],
  ["iotex", 4689],
  ["sei", 1329],
  ["sei-testnet", 1328],
  ["polygon", 137],
  ["polygon-amoy", 80_002],
  ["peaq", 3338],
  ["story", 1514],
  ["educhain", 41_923],
  ["skale-base-sepolia", 324_705_682],
  ["megaeth", 4326],
  ["monad", 143],
  ["stable", 988],
  ["stable-testnet", 2201],
  ["celo", 42_220],
  ["flare", 14],
  ["arbitrum", 42_161],
  ["arbitrum-sepolia", 421_614],
]);

/** CAIP-2 of the network that a v1 payload names: `base` is `eip155:8453`. CAIP-2 itself is taken too. */
export function networkOfV1(name: string): string | undefined {
  const chainId = CHAINS.get(name);
  if (chainId !== undefined) return `eip155:${chainId}`;
  return /^eip155:[1-9]\d{0,19}$/.test(name) ? name : undefined;
}
