import type { CrashPoint } from "../gateway/orders.ts";

/** A point to die at, and what the design says that is left then. Each ends served, with settlement asked for once. */
export interface StepCase {
  readonly point: CrashPoint;
  /** State of the payment's row after the crash. */
  readonly state: string;
  /** The same for money that moved before the request: it has no intent to record. */
  readonly prepaidState?: string;
  readonly charged: boolean;
  /** Every wire gets there, not only x402. */
  readonly anyWire: boolean;
  /** The upstream's first run fails. */
  readonly upstreamFails: boolean;
  /** The rail's first reply is lost. */
  readonly losesReply: boolean;
  /** Presentations that the process survives. */
  readonly presentedBefore: number;
}

const plain = {
  charged: false,
  anyWire: false,
  upstreamFails: false,
  losesReply: false,
  presentedBefore: 0,
} as const;
const everyWire = { ...plain, anyWire: true } as const;
const charged = { ...plain, charged: true } as const;
const uncertain = { ...charged, losesReply: true } as const;

export const cases: readonly StepCase[] = [
  { point: "before:claim", state: "none", ...everyWire },
  { point: "after:claim", state: "claimed", ...everyWire },
  { point: "before:beginSettlement", state: "claimed", ...plain },
  { point: "after:beginSettlement", state: "settling", ...plain },
  { point: "before:rail.settle", state: "settling", ...plain },
  { point: "after:rail.settle", state: "settling", ...charged },
  { point: "before:recordSettlement", state: "settling", prepaidState: "claimed", ...charged, anyWire: true },
  { point: "after:recordSettlement", state: "settled", ...charged, anyWire: true },
  { point: "before:finish", state: "settled", ...charged, anyWire: true },
  { point: "after:finish", state: "delivered", ...charged, anyWire: true },
  { point: "before:release", state: "claimed", ...everyWire, upstreamFails: true },
  { point: "after:release", state: "released", ...everyWire, upstreamFails: true },
  { point: "before:markUnknown", state: "settling", ...uncertain },
  { point: "after:markUnknown", state: "unknown", ...uncertain },
  { point: "before:rail.status", state: "unknown", ...uncertain, presentedBefore: 1 },
  { point: "after:rail.status", state: "unknown", ...uncertain, presentedBefore: 1 },
];
