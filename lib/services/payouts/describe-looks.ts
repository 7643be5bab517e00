import type { PayoutLookDto } from "../../query/payout-dto.ts";
import type { NetworkLook } from "./look-at-network.ts";
import { toNetworkDto } from "./to-network-dto.ts";

/** Looks of all networks at one address in words: what is a contract here may be nothing there. */
export function describeLooks(looks: readonly NetworkLook[]): readonly PayoutLookDto[] {
  const deployed = looks.filter((look) => look.outcome === "read" && look.kind === "contract");
  const elsewhere = deployed.map((look) => look.network.name).join(" and ");
  return looks.map((look) => {
    const network = toNetworkDto(look.network);
    if (look.outcome === "unreachable") return { ...network, ...describeSilence(look.network.name) };
    if (look.outcome === "wrong-chain") {
      const problem = `Its RPC address answers for chain ${look.chainId}, not for ${look.network.chainId}. The operator has to correct STABLECOIN_NETWORKS.`;
      return { ...network, ...unread, reachable: true, chainIdMatches: false, problem };
    }
    return {
      ...network,
      reachable: true,
      chainIdMatches: true,
      kind: look.kind,
      delegated: look.delegated,
      balance: look.balance?.toString() ?? null,
      wayOut: look.wayOut ?? null,
      problem: null,
      warning: describeRisk(look, elsewhere),
    };
  });
}

const unread = { kind: null, delegated: false, balance: null, wayOut: null, warning: null } as const;

function describeSilence(name: string) {
  return {
    ...unread,
    reachable: false,
    chainIdMatches: null,
    problem: `${name} did not answer just now.`,
    warning: `${name} did not answer, so nothing is known about the address there.`,
  };
}

function describeRisk(
  look: Extract<NetworkLook, { readonly outcome: "read" }>,
  elsewhere: string,
): string | null {
  const { name } = look.network;
  if (look.kind === "account")
    return elsewhere === ""
      ? null
      : `It is a contract on ${elsewhere}, and nothing is deployed at it on ${name}. Money that is paid to it there cannot be moved until you deploy the same contract at the same address, which many contracts do not allow.`;
  if (look.wayOut === true) return null;
  return look.wayOut === undefined
    ? `It is a contract on ${name}, and its code could not be looked into just now. Make sure that it can move USDC.`
    : `It is a contract on ${name}, and no way to move tokens out of it was found in its code. What is paid to it may stay there for good.`;
}
