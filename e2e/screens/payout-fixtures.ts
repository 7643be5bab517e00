/** Answers of `/api/v1/payouts` for the screenshots. */
import type {
  PayoutInspectionDto,
  PayoutLookDto,
  PayoutNetworkDto,
  PayoutsDto,
} from "../../lib/query/payout-dto.ts";
import { node, tides } from "./lightning-fixtures.ts";

const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

function network(id: number, name: string, testnet = false): PayoutNetworkDto {
  return {
    network: `eip155:${id}`,
    name,
    testnet,
    asset: { address: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", symbol: "USDC", decimals: 6 },
    explorerUrl: "https://basescan.org",
  };
}

const networks = [
  network(8453, "Base"),
  network(137, "Polygon"),
  network(42161, "Arbitrum One"),
  network(84532, "Base Sepolia", true),
];

const noNode: PayoutsDto["lightning"] = { network: "mainnet", connected: null };

export const disconnected: PayoutsDto = {
  stablecoin: { unavailable: null, networks, connected: null },
  lightning: noNode,
};

/** Both rails. */
export const both = (problem: string | null = null): PayoutsDto => ({
  ...connected,
  stablecoin: { ...connected.stablecoin, connected: withEndpoint(connected.stablecoin.connected) },
  lightning: {
    network: "mainnet",
    connected: { ...node(problem), liveEndpoints: [{ ...tides, onlyRail: false }] },
  },
});

function withEndpoint(payout: PayoutsDto["stablecoin"]["connected"]) {
  return payout && { ...payout, liveEndpoints: [{ ...tides, onlyRail: false }] };
}

export const connected: PayoutsDto = {
  stablecoin: {
    unavailable: null,
    networks,
    connected: {
      address,
      kind: "account",
      networks: ["eip155:8453", "eip155:137"],
      createdAt: new Date(Date.now() - 9 * 86_400_000).toISOString(),
      updatedAt: new Date(Date.now() - 3 * 3_600_000).toISOString(),
      updatedBy: "Ada Lovelace",
      liveEndpoints: [{ ...tides, onlyRail: true }],
    },
  },
  lightning: noNode,
};

/** Lightning alone. */
export const onlyLightning: PayoutsDto = {
  stablecoin: { unavailable: null, networks, connected: null },
  lightning: { network: "mainnet", connected: node(null) },
};

export const unavailable: PayoutsDto = {
  stablecoin: {
    unavailable:
      "This instance cannot take stablecoins yet: its operator has set no facilitator (FACILITATORS).",
    networks: [],
    connected: null,
  },
  lightning: noNode,
};

const account = {
  reachable: true,
  chainIdMatches: true,
  kind: "account",
  delegated: false,
  balance: "0",
  wayOut: null,
  problem: null,
  warning: null,
} as const satisfies Partial<PayoutLookDto>;

const balances = ["1284500001", "400", "0", "20000000"];

/** An account, and, for an address that ends in `c`, a contract with all that can be wrong. */
export function inspection(asked: string): PayoutInspectionDto {
  const looks = networks.map((each, index) => ({ ...each, ...account, balance: balances[index] ?? "0" }));
  if (!asked.toLowerCase().endsWith("c")) return { address, hadChecksum: asked === address, networks: looks };
  const [base, polygon, arbitrum, sepolia] = looks;
  if (base === undefined || polygon === undefined || arbitrum === undefined || sepolia === undefined)
    throw new Error("no networks");
  return {
    address: "0x1234567890AbcdEF1234567890aBcdef1234567C",
    hadChecksum: false,
    networks: [
      {
        ...base,
        kind: "contract",
        wayOut: false,
        warning:
          "It is a contract on Base, and no way to move tokens out of it was found in its code. What is paid to it may stay there for good.",
      },
      {
        ...polygon,
        warning:
          "It is a contract on Base, and nothing is deployed at it on Polygon. Money that is paid to it there cannot be moved until you deploy the same contract at the same address, which many contracts do not allow.",
      },
      {
        ...arbitrum,
        ...account,
        reachable: false,
        chainIdMatches: null,
        kind: null,
        balance: null,
        problem: "Arbitrum One did not answer just now.",
        warning: "Arbitrum One did not answer, so nothing is known about the address there.",
      },
      {
        ...sepolia,
        chainIdMatches: false,
        kind: null,
        balance: null,
        problem:
          "Its RPC address answers for chain 1, not for 84532. The operator has to correct STABLECOIN_NETWORKS.",
      },
    ],
  };
}
