import type { LightningKindDto, PayoutsDto } from "./payout-dto.ts";

/** A rail that LIVE money can take. */
export type ReadyRail =
  | {
      readonly rail: "stablecoin";
      readonly to: string;
      /** By name. */
      readonly networks: string;
      /** Its money is worth nothing. */
      readonly worthless: boolean;
    }
  | {
      readonly rail: "lightning";
      readonly kind: LightningKindDto;
      readonly address: string;
      /** Why it does not answer, in words; `null`: it does. */
      readonly problem: string | null;
      readonly worthless: boolean;
    };

export type RailCheck =
  | { readonly ready: true; readonly rails: readonly ReadyRail[] }
  | { readonly ready: false; readonly why: string };

/** Whether LIVE money has a place to go, and where, in words. */
export function checkRails(payouts: PayoutsDto): RailCheck {
  const rails = [findStablecoin(payouts), findLightning(payouts)].flatMap((rail) => rail ?? []);
  if (rails.length > 0) return { ready: true, rails };
  const { connected, unavailable } = payouts.stablecoin;
  if (connected === null) return { ready: false, why: "No payment rail is connected yet." };
  return { ready: false, why: unavailable ?? "This instance offers none of your networks any more." };
}

function findStablecoin({ stablecoin }: PayoutsDto): ReadyRail | undefined {
  const { unavailable, connected, networks } = stablecoin;
  if (unavailable !== null || connected === null) return undefined;
  const usable = networks.filter(({ network }) => connected.networks.includes(network));
  if (usable.length === 0) return undefined;
  return {
    rail: "stablecoin",
    to: connected.address,
    networks: usable.map(({ name }) => name).join(", "),
    worthless: usable.every(({ testnet }) => testnet),
  };
}

function findLightning({ lightning }: PayoutsDto): ReadyRail | undefined {
  const { connected, network } = lightning;
  if (connected === null) return undefined;
  const { kind, address, problem } = connected;
  return {
    rail: "lightning",
    kind,
    address,
    problem: problem?.title ?? null,
    worthless: network !== "mainnet",
  };
}
