import { createHash } from "node:crypto";
import { decodeBolt11, lightningPaymentKey } from "@x402-paywall/core";
import { loadCurve } from "@x402-paywall/proxy/rails/sandbox";
import type { Pool } from "pg";
import { sealConnection } from "../../../lib/lightning/sealed-connection.ts";
import { createSecretBox } from "../../../lib/store/secret-box.ts";
import type { RailRecord } from "../checker/histories.ts";
import type { Workspace } from "../rig/endpoint-rows.ts";
import { workspaces } from "../rig/endpoint-rows.ts";
import { type FieldOptions, type Ground, startGround } from "../rig/ground.ts";
import type { Mint } from "../rig/mint-credential.ts";
import { readL402 } from "../rig/mint-credential.ts";
import { bakeMacaroon } from "./bake-macaroon.ts";
import { type FakeLnd, startFakeLnd } from "./fake-lnd.ts";

/** A storm over LIVE Lightning: real gateways, and a node for each workspace that is the ledger. */
export interface LightningField extends Ground<"l402"> {
  /** By place in `workspaces`. */
  readonly nodes: readonly FakeLnd[];
}

/** An exchange rate at which a µUSD is a millisatoshi. */
const rate = "fixed:1000000";

export async function startLightningField(options: FieldOptions): Promise<LightningField> {
  const curve = await loadCurve();
  const nodes = await Promise.all(workspaces.map(() => startFakeLnd(curve)));
  const nodeOf = (workspace: Workspace): FakeLnd => {
    const node = nodes[workspaces.indexOf(workspace)];
    if (node === undefined) throw new Error(`${workspace} has no node`);
    return node;
  };
  const ground = await startGround<"l402">(options, {
    url: "",
    real: true,
    env: { LIGHTNING_NETWORK: "regtest", EXCHANGE_RATE: rate },
    egress: nodes.map(({ socket }) => socket),
    sale: {
      wires: ["l402"],
      rails: ["lightning"],
      connect: (pool, workspace, secretKey) => connectNode(pool, workspace, nodeOf(workspace), secretKey),
    },
    openMint: async () => createMint(nodes),
    read: async (): Promise<RailRecord> => ({
      charges: nodes.flatMap(({ charges }) =>
        charges.map(({ paymentHash, at, msat }) => ({
          paymentKey: lightningPaymentKey("regtest", paymentHash),
          at,
          amount: msat,
        })),
      ),
      // A node is asked about money, never to move it.
      repeats: [],
    }),
    stop: async () => {
      for (const node of nodes) node.stop();
    },
  });
  return { ...ground, nodes };
}

async function connectNode(
  pool: Pool,
  workspace: Workspace,
  { socket, cert }: FakeLnd,
  secretKey: Uint8Array,
): Promise<void> {
  const id = `ln_${workspace}`;
  const connection = { kind: "lnd", socket, cert, macaroon: bakeMacaroon() } as const;
  const { bytes, keyId } = sealConnection(createSecretBox([secretKey]), workspace, id, connection);
  const nodeKey = `02${createHash("sha256").update(socket).digest("hex")}`;
  await pool.query(
    `insert into lightning_node (id, workspace_id, kind, address, node_key, network, connection, connection_key_id, created_by)
     values ($1, $2, 'lnd', $3, $4, 'regtest', $5, $6, 'storm')`,
    [id, workspace, socket, nodeKey, bytes, keyId],
  );
}

/** The credential of an invoice that is yet to be paid: its node tells the preimage. */
function createMint(nodes: readonly FakeLnd[]): Mint<"l402"> {
  let count = 0;
  return (resource, wire, { status, headers }) => {
    const offer = readL402([headers["www-authenticate"] ?? ""].flat().join(", "));
    const paymentHash = offer && decodeBolt11(offer.bolt11)?.paymentHash;
    if (offer === undefined || paymentHash === undefined)
      throw new Error(`No ${wire} offer in a ${status} of ${resource.slug}`);
    const { bolt11, present } = offer;
    const preimage = findPreimage(nodes, bolt11);
    return {
      name: `${wire}-${++count}`,
      wire,
      slug: resource.slug,
      resource,
      paymentKey: lightningPaymentKey("regtest", paymentHash),
      amount: decodeBolt11(bolt11)?.amountMsat ?? 0n,
      headers: { authorization: present(preimage) },
      bolt11,
    };
  };
}

function findPreimage(nodes: readonly FakeLnd[], bolt11: string): string {
  for (const node of nodes) {
    const preimage = node.preimageOf(bolt11);
    if (preimage !== undefined) return preimage;
  }
  throw new Error("No node has made this invoice");
}
