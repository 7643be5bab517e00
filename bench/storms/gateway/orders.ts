/** What the rig tells a gateway when it starts it: JSON in `STORM_ORDERS`. */
export interface Orders {
  /** How long a claim or a hold lives without a sign of life. */
  readonly leaseMs: number;
  /** The ledger that is never killed. */
  readonly railUrl: string;
  readonly railTimeoutMs: number;
  readonly port: number;
}

/** Steps at which a gateway can be ended: methods of the store, and `rail.…` for those of the rail's ledger. */
export const steps = [
  "claim",
  "beginSettlement",
  "rail.settle",
  "rail.status",
  "recordSettlement",
  "finish",
  "release",
  "markUnknown",
  "openHold",
  "extendHold",
  "settleHold",
] as const;
export type Step = (typeof steps)[number];
export type CrashPoint = `before:${Step}` | `after:${Step}`;

/** Sent by the rig: at the next passage of that point the process kills or stops itself. */
export interface CrashOrder {
  readonly point: CrashPoint;
  readonly signal: "SIGKILL" | "SIGSTOP";
}

/** Sent by the gateway. */
export type GatewayNote = { readonly ready: number } | { readonly armed: CrashPoint };

export function readOrders(text: string | undefined): Orders {
  const value: unknown = JSON.parse(text ?? "{}");
  if (typeof value !== "object" || value === null) throw new Error("STORM_ORDERS is no object");
  const { leaseMs, railUrl, railTimeoutMs, port } = Object.fromEntries(Object.entries(value));
  if (typeof leaseMs !== "number" || typeof railTimeoutMs !== "number" || typeof port !== "number")
    throw new Error("STORM_ORDERS: leaseMs, railTimeoutMs and port are numbers");
  if (typeof railUrl !== "string") throw new Error("STORM_ORDERS: railUrl is an address");
  return { leaseMs, railUrl, railTimeoutMs, port };
}

export function readCrashOrder(message: unknown): CrashOrder | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { point, signal } = Object.fromEntries(Object.entries(message));
  const known = steps
    .flatMap((step) => [`before:${step}`, `after:${step}`] as const)
    .find((each) => each === point);
  if (known === undefined || (signal !== "SIGKILL" && signal !== "SIGSTOP")) return undefined;
  return { point: known, signal };
}
