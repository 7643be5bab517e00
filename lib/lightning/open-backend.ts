import type {
  BackendOptions,
  LightningBackend,
  LightningConnection,
} from "@x402-paywall/proxy/rails/lightning";

/** The library of each kind, loaded with the first of them: a gateway without any starts as fast as before. */
export const loadBackend = {
  lnd: () => import("@x402-paywall/proxy/rails/lightning/lnd"),
  nwc: () => import("@x402-paywall/proxy/rails/lightning/nwc"),
  phoenixd: () => import("@x402-paywall/proxy/rails/lightning/phoenixd"),
};

/** Opens a creator's node or wallet. @throws LightningNodeError */
export async function openBackend(
  connection: LightningConnection,
  options: BackendOptions,
): Promise<LightningBackend> {
  switch (connection.kind) {
    case "lnd":
      return (await loadBackend.lnd()).openLnd(connection, options);
    case "nwc":
      return (await loadBackend.nwc()).openNwc(connection, options);
    case "phoenixd":
      return (await loadBackend.phoenixd()).openPhoenixd(connection, options);
  }
}
