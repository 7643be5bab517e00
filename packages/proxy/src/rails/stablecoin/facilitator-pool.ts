import type { Crypto } from "@x402-paywall/core";
import { toHex, utf8 } from "@x402-paywall/core";
import type { HttpSend } from "../../http-send.ts";
import {
  createFacilitatorClient,
  type FacilitatorAddress,
  type FacilitatorClient,
  type Supported,
} from "./facilitator-client.ts";

/** A facilitator, and what it said that it can do. */
export interface Facilitator extends FacilitatorClient {
  /** Follows from its URL and holds none of it: URLs may contain keys. */
  readonly id: string;
  /** Whether it may have sent from that address: it says from which it does, or does not say. */
  sendsFrom(address: string): boolean;
}

/** The facilitators of an instance, in the operator's order; those that did not answer a moment ago come last. */
export interface FacilitatorPool {
  /** Resolves when each has been asked what it supports, at once where that is known. Never rejects. */
  ready(): Promise<void> | undefined;
  /** Who can settle that, best first. */
  list(scheme: "exact" | "upto", network: string): readonly Facilitator[];
  find(id: string): Facilitator | undefined;
  /** Whose permits of `upto` name that address. */
  findBySigner(address: string): Facilitator | undefined;
  /** Whom clients shall name in permits of `upto`. */
  captureAddress(facilitator: Facilitator, network: string): string | undefined;
  /** It did not answer: others are asked first for a while. */
  markDown(id: string): void;
}

export interface FacilitatorPoolOptions {
  readonly addresses: readonly FacilitatorAddress[];
  readonly send: HttpSend;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
}

interface Member {
  readonly facilitator: Facilitator;
  supported: Supported | undefined;
  downUntil: number;
}

const DOWN_MS = 10_000;
/** What it supports is asked again after so long; after a failure sooner. */
const FRESH_MS = 600_000;
const RETRY_MS = 5_000;

export function createFacilitatorPool(options: FacilitatorPoolOptions): FacilitatorPool {
  const { addresses, send, crypto, clock, timeoutMs, onError } = options;
  const members = addresses.map((address): Member => {
    const id = toHex(crypto.sha256(utf8(address.url)).subarray(0, 8));
    const client = createFacilitatorClient(address, send, timeoutMs);
    const sendsFrom = (sender: string): boolean => {
      const known = signersOf(member);
      return known.length === 0 || known.includes(sender.toLowerCase());
    };
    const member: Member = { facilitator: { id, ...client, sendsFrom }, supported: undefined, downUntil: 0 };
    return member;
  });
  const isDown = ({ downUntil }: Member): boolean => downUntil > clock();
  let due = 0;
  let asking: Promise<void> | undefined;

  const learn = async (member: Member): Promise<boolean> => {
    try {
      member.supported = await member.facilitator.supported();
      return true;
    } catch (error) {
      member.downUntil = clock() + DOWN_MS;
      onError(error);
      return false;
    }
  };
  const ask = async (): Promise<void> => {
    const answers = await Promise.all(members.map(learn));
    due = clock() + (answers.every(Boolean) ? FRESH_MS : RETRY_MS);
    asking = undefined;
  };
  const byId = (id: string): Member | undefined => members.find(({ facilitator }) => facilitator.id === id);

  return {
    ready: () => {
      if (clock() >= due) asking ??= ask();
      // What was learned once is good enough while it is asked again.
      return members.some(({ supported }) => supported !== undefined) ? undefined : asking;
    },
    list: (scheme, network) =>
      members
        .filter((member) => findKind(member.supported, scheme, network) !== undefined)
        .toSorted((one, other) => Number(isDown(one)) - Number(isDown(other)))
        .map(({ facilitator }) => facilitator),
    find: (id) => byId(id)?.facilitator,
    findBySigner: (address) =>
      members.find((member) => signersOf(member).includes(address.toLowerCase()))?.facilitator,
    captureAddress: ({ id }, network) => findKind(byId(id)?.supported, "upto", network)?.facilitator,
    markDown: (id) => {
      const member = byId(id);
      if (member !== undefined) member.downUntil = clock() + DOWN_MS;
    },
  };
}

/** Lower-case: who settles there, and whom permits name. */
function signersOf({ supported }: Member): readonly string[] {
  const named = (supported?.kinds ?? []).flatMap(({ facilitator }) => facilitator?.toLowerCase() ?? []);
  return [...(supported?.signers ?? []), ...named];
}

function findKind(supported: Supported | undefined, scheme: string, network: string) {
  return supported?.kinds.find(
    (kind) => kind.scheme === scheme && (kind.network === network || kind.network === "eip155:*"),
  );
}
