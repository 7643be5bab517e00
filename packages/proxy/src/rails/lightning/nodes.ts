import type { MaybePromise } from "../../maybe-async.ts";
import type { LightningBackend } from "./backend.ts";

/** Nodes by id, open and ready to be asked; also one that was replaced, while it still has to answer for its invoices. */
export interface LightningNodes {
  find(nodeId: string): MaybePromise<LightningBackend | undefined>;
}
