import type { LightningConnection } from "@x402-paywall/proxy/rails/lightning";
import { z } from "zod";
import type { Sealed, SecretBox, SecretPlace } from "../store/secret-box.ts";

const shape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("lnd"), socket: z.string(), cert: z.string(), macaroon: z.string() }),
  z.object({ kind: z.literal("nwc"), uri: z.string() }),
  z.object({ kind: z.literal("phoenixd"), url: z.string(), password: z.string() }),
]);

function placeOf(workspaceId: string, nodeId: string): SecretPlace {
  return { workspaceId, rowId: nodeId, field: "connection" };
}

/** For the columns `connection` and `connection_key_id` of `lightning_node`. */
export function sealConnection(
  box: SecretBox,
  workspaceId: string,
  nodeId: string,
  connection: LightningConnection,
): Sealed {
  return box.seal(JSON.stringify(connection), placeOf(workspaceId, nodeId));
}

/** The reverse of {@link sealConnection}. @throws Error when the key is gone, or the bytes belong to another row */
export function openConnection(
  box: SecretBox,
  workspaceId: string,
  nodeId: string,
  sealed: Sealed,
): LightningConnection {
  return shape.parse(JSON.parse(box.open(sealed, placeOf(workspaceId, nodeId))));
}
