import { randomBytes } from "node:crypto";
import { describeStoreContract } from "../../packages/proxy/src/testing/store-contract.ts";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeEndpoint } from "../testing/factories.ts";
import { createPostgresStore } from "./postgres-store.ts";

describeStoreContract("postgres", async () => {
  const database = await createTestDatabase();
  return {
    store: createPostgresStore({ pool: database.pool }),
    makeEndpoint: async () => {
      const { id, workspaceId } = await makeEndpoint(database.pool);
      return { workspaceId, endpointId: id };
    },
    ledger: async (receiptIds) => {
      const { rows } = await database.pool.query<{ id: string; amount: string }>(
        "select transaction_id as id, amount from ledger_entry where transaction_id = any($1)",
        [receiptIds],
      );
      return rows.map(({ id, amount }) => ({ receiptId: id, amount: BigInt(amount) }));
    },
    close: database.close,
  };
});
