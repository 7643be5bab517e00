import { vi } from "vitest";
import { openFakeWallet } from "../../../../test/fake-nwc-wallet.ts";
import { createEgressPolicy } from "../../../egress/policy.ts";
import { createNodeReach } from "../../../node/create-node-reach.ts";
import { describeLightningBackend } from "../../../testing/lightning-backend-contract.ts";
import { openNwc } from "./open-nwc.ts";

for (const encryption of ["nip44_v2", "nip04"] as const)
  describeLightningBackend(`nwc, ${encryption}`, async () => {
    // The SDK warns of NIP-04.
    vi.spyOn(console, "warn").mockReturnValue();
    const wallet = await openFakeWallet({ encryption });
    const reach = createNodeReach(createEgressPolicy({ allow: wallet.authority }));
    const options = { reach, clock: Date.now, timeoutMs: 4_000 };
    return {
      open: () => openNwc({ kind: "nwc", uri: wallet.uri }, options),
      pay: async (bolt11) => wallet.pay(bolt11),
      takesPreimages: false,
      secrets: [wallet.uri.slice(-64)],
      cut: () => wallet.down(),
      mend: () => wallet.up(),
      close: async () => {
        await wallet.close();
        await reach.close();
      },
    };
  });
