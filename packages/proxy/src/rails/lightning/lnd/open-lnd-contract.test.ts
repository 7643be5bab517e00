import { decodeBolt11 } from "@x402-paywall/core";
import { describeLightningBackend } from "../../../testing/lightning-backend-contract.ts";
import { openLnd } from "./index.ts";
import { localReach, startFakeLnd } from "./testing/fake-lnd.ts";

describeLightningBackend("lnd, against a server with its protocol", async () => {
  const lnd = await startFakeLnd();
  return {
    open: () => openLnd(lnd.connection, localReach()),
    pay: async (bolt11) => lnd.pay(decodeBolt11(bolt11)?.paymentHash ?? ""),
    takesPreimages: true,
    secrets: [lnd.connection.macaroon.slice(0, 40), lnd.connection.macaroon.slice(-40)],
    cut: lnd.cut,
    mend: lnd.mend,
    withinMs: 2_000,
    close: lnd.close,
  };
});
