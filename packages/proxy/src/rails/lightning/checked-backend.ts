import type { LightningBackend, LightningNetwork } from "./backend.ts";

/** What a node or wallet tells of its limits. */
export interface BackendLimits {
  /** Whether the credential may spend; `null` where it cannot be told. */
  readonly mayPay: boolean | null;
  /** What the node can receive now; `null` where it does not tell. */
  readonly inboundMsat: bigint | null;
  /** Left out where it does not tell. */
  readonly network?: LightningNetwork;
}

/** A backend that can say more of itself than selling needs: asked once, when a creator connects it. */
export interface CheckedBackend extends LightningBackend {
  /** @throws LightningNodeError */
  limits(): Promise<BackendLimits>;
}

export function isCheckedBackend(backend: LightningBackend): backend is CheckedBackend {
  return "limits" in backend && typeof backend.limits === "function";
}
