import type { LightningNetwork, NodeCheck } from "@x402-paywall/proxy/rails/lightning";

/** Why a node or wallet cannot be used, or does not answer any more. */
export type CheckFailure = Extract<NodeCheck, { readonly ok: false }>["failure"];

/** What the words are about. */
export interface FailureFacts {
  /** As it is shown. */
  readonly address: string;
  /** The instance's. */
  readonly network: LightningNetwork;
  /** Rights that it should not have. */
  readonly extra: readonly string[];
  /** The node's own words; empty where it said nothing. */
  readonly said: string;
}

export interface Words {
  /** One sentence: what is wrong. */
  readonly title: string;
  /** What to do. */
  readonly advice: string;
  /** To be run on the node. */
  readonly command?: string;
  /** The field that it is about, where it is not the address's. */
  readonly field?: string;
}

export type FailureWords = Readonly<Record<CheckFailure, (facts: FailureFacts) => Words>>;

export function quoteNode({ said }: FailureFacts): string {
  return said === "" ? "" : ` It said: ${said.slice(0, 200)}`;
}

export function otherNetwork(what: string, { network }: FailureFacts): Words {
  return {
    title: `${what} is not on ${network}.`,
    advice: `This instance sells on ${network} only. Connect one that is on ${network}; the operator sets which network it is (LIGHTNING_NETWORK).`,
  };
}

/** One phrase for at most five rights. */
export function listRights({ extra }: FailureFacts): string {
  const shown = extra.slice(0, 5).join(", ");
  return extra.length > 5 ? `${shown} and ${extra.length - 5} more` : shown;
}
