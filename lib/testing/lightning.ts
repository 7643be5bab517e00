import { randomBytes } from "node:crypto";
import type { LightningConnection, NodeCheck } from "@x402-paywall/proxy/rails/lightning";
import type { Pool } from "pg";

/** Of nobody's node. */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIURslhRO7UeFCt5XfWnL9hp4PbCGMwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDbG5kMCAXDTI2MTEyODIwNDUxM1oYDzIxMjYxMTA0MjA0NTEz
WjAOMQwwCgYDVQQDDANsbmQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR+m/rj
iJRCkKR84Sx0rb3WUPSfiMEzPTYj/DenBQ6rX5r+tj+jJu2Qbz3eclF2LXVxIgAb
8EYKpNNo3lpWYryBo1MwUTAdBgNVHQ4EFgQUIPUX3KXizfiC5x8Rmet04tjHrCMw
HwYDVR0jBBgwFoAUIPUX3KXizfiC5x8Rmet04tjHrCMwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNHADBEAiBmpJxuuxYRvpf6tzW3mVwXxWYvl3AZW2Hw97iA
O6U8tQIgZACYSHDQ4LpGh4exyfDWcSlOzrY2+d0IVXhwerfKksU=
-----END CERTIFICATE-----
`;

/** What a node that can be sold through answers to a test. */
export const goodNode = {
  ok: true,
  nodeKey: `02${"ab".repeat(32)}`,
  network: "regtest",
  inboundMsat: 5_000_000_000n,
  warnings: [],
} as const satisfies NodeCheck;

/** The shape of a macaroon of lnd around bytes that nobody else has, hex. */
export function makeMacaroon(): string {
  return `0201036c6e64${randomBytes(60).toString("hex")}`;
}

/** Answers tests of nodes with what stands there at that moment, and notes what was tested. */
export function fakeNodes() {
  const state = {
    answer: goodNode as NodeCheck,
    tested: [] as LightningConnection[],
    /** Before it answers. */
    wait: () => Promise.resolve(),
  };
  const checkLightning = async (connection: LightningConnection): Promise<NodeCheck> => {
    state.tested.push(connection);
    await state.wait();
    return state.answer;
  };
  return { state, checkLightning };
}

/** A connected node whose secret nobody can open. @returns its id */
export async function makeLightningNode(pool: Pool, workspaceId: string): Promise<string> {
  const id = `ln_${randomBytes(16).toString("base64url")}`;
  await pool.query(
    `insert into lightning_node (id, workspace_id, kind, address, node_key, network, connection, connection_key_id, created_by)
     values ($1, $2, 'lnd', 'node.example:10009', $3, 'regtest', '\\x00', 'none', 'usr_test')`,
    [id, workspaceId, goodNode.nodeKey],
  );
  return id;
}
