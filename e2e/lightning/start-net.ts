import type { LightningConnection } from "../../packages/proxy/src/rails/lightning/backend.ts";
import { servePhoenixd } from "./ldk/serve-phoenixd.ts";
import { startLdkPair } from "./ldk/start-ldk-pair.ts";
import { startLightning } from "./nodes/start-lightning.ts";

/** A payer with a funded channel to a creator who sells, whichever nodes they run on. */
export interface LightningNet {
  readonly kind: "lnd" | "ldk";
  readonly creator: {
    /** What the creator enters, with limited rights. */
    readonly connection: LightningConnection;
    /** `host:port` of the connection. */
    readonly socket: string;
    /** Compressed, hex. */
    readonly pubkey: string;
    /** What is the creator's in the channel; follows a payment by some ten milliseconds. */
    balanceMsat(): Promise<bigint>;
  };
  readonly payer: {
    /** @throws what the node says, when it does not get through. */
    pay(bolt11: string): Promise<{ preimage: string; feeMsat: bigint }>;
  };
  close(): Promise<void>;
}

/** False where only LDK runs: tests that cut, kill or bake need lnd, and are skipped then. */
export const hasLnd = process.env["PAYWALL_LIGHTNING"] !== "ldk";

/** lnd with btcd, or LDK behind phoenixd's API where `PAYWALL_LIGHTNING=ldk` says that lnd could not be built. */
export async function startNet(): Promise<LightningNet> {
  return hasLnd ? { kind: "lnd", ...(await startLightning()) } : startLdk();
}

async function startLdk(): Promise<LightningNet> {
  const pair = await startLdkPair();
  const { url, limitedPassword: password, close } = await servePhoenixd(pair);
  const connection = { kind: "phoenixd", url, password } as const;
  const { host: socket } = new URL(url);
  return {
    kind: "ldk",
    creator: { connection, socket, pubkey: pair.nodeId, balanceMsat: async () => pair.balanceMsat() },
    payer: { pay: pair.pay },
    close,
  };
}
