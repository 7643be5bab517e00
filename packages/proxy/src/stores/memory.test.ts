import { describeStoreContract } from "../testing/store-contract.ts";
import { createMemoryStore } from "./memory.ts";

let workspaces = 0;

describeStoreContract("memory", async () => {
  let now = Date.now();
  const store = createMemoryStore(() => now);
  return {
    store,
    makeEndpoint: async () => ({ workspaceId: `ws_${++workspaces}`, endpointId: `ep_${workspaces}` }),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    ledger: async () => store.ledger(),
    revoke: (id) => store.revoke(id),
    close: async () => {},
  };
});
