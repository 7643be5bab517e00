import { openFakePhoenixd } from "../../../../test/fake-phoenixd.ts";
import { createEgressPolicy } from "../../../egress/policy.ts";
import { createNodeReach } from "../../../node/create-node-reach.ts";
import { describeLightningBackend } from "../../../testing/lightning-backend-contract.ts";
import { openPhoenixd } from "./open-phoenixd.ts";

describeLightningBackend("phoenixd", async () => {
  const node = await openFakePhoenixd();
  const reach = createNodeReach(createEgressPolicy({ allow: new URL(node.url).host }));
  const connection = { kind: "phoenixd", url: node.url, password: node.limited } as const;
  return {
    open: () => openPhoenixd(connection, { reach, clock: Date.now, timeoutMs: 2_000 }),
    pay: async (bolt11) => node.pay(bolt11),
    takesPreimages: false,
    shortens: true,
    secrets: [node.limited, Buffer.from(`:${node.limited}`).toString("base64")],
    cut: () => node.down(),
    mend: () => node.up(),
    close: async () => {
      await node.close();
      await reach.close();
    },
  };
});
