import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  authenticatedLndGrpc,
  createInvoice,
  getChannelBalance,
  getWalletInfo,
  grantAccess,
  payViaPaymentRequest,
  type AuthenticatedLnd,
} from "ln-service";
import type { LightningConnection } from "../../../packages/proxy/src/rails/lightning/backend.ts";
import { findPort } from "./find-port.ts";
import { readLogEnd, runNode, type RunningNode } from "./run-node.ts";
import type { Btcd } from "./start-btcd.ts";
import { waitUntil } from "./wait-until.ts";

/** What the product asks a creator for: it makes and reads invoices, and sees whether the node can receive. */
export const SELLING_RIGHTS = ["invoices:read", "invoices:write", "uri:/lnrpc.Lightning/ChannelBalance"];
const START_TIMEOUT_MS = 60_000;
const PAYMENT_TIMEOUT_MS = 20_000;

export interface LndNode {
  readonly name: string;
  /** gRPC, `127.0.0.1:port`; the same after a restart. */
  readonly socket: string;
  /** Where other nodes connect to. */
  readonly peerSocket: string;
  /** Of the PEM. */
  readonly certBase64: string;
  /** Hex, with all rights. */
  readonly adminMacaroon: string;
  /** Compressed, hex. */
  readonly pubkey: string;
  readonly logFile: string;
  /** What a creator enters: a macaroon with {@link SELLING_RIGHTS} only. */
  readonly connection: LightningConnection & { readonly kind: "lnd" };
  /** ln-service's client, with all rights. Another one after each start. */
  lnd(): AuthenticatedLnd;
  /** A macaroon (hex) with these rights, as `lncli bakemacaroon` takes them. With an `id` it can be revoked. */
  bake(permissions: readonly string[], id?: string): Promise<string>;
  /** What is the node's in its channels; follows a payment by some ten milliseconds. */
  balanceMsat(): Promise<bigint>;
  /** What the node could receive in its channels. */
  inboundMsat(): Promise<bigint>;
  createInvoice(sats: number, expirySeconds?: number): Promise<{ bolt11: string; paymentHash: string }>;
  /** @throws what lnd says, when it does not get through. */
  pay(bolt11: string): Promise<{ preimage: string; feeMsat: bigint }>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** In order. */
  stop(): Promise<void>;
  /** Starts it again on the same data and ports, after `kill` or `stop`, or kills it first. Resolves when it serves. */
  restart(): Promise<void>;
  /** A node that hangs: connections stay, nobody answers. */
  pause(): void;
  resume(): void;
}

/** An lnd of its own on loopback, whose wallet is open; resolves when it serves and is in step with the chain. */
export async function startLnd(bin: string, folder: string, name: string, btcd: Btcd): Promise<LndNode> {
  await mkdir(folder, { recursive: true });
  const socket = `127.0.0.1:${await findPort()}`;
  const peerSocket = `127.0.0.1:${await findPort()}`;
  const logFile = join(folder, "lnd.log");
  const args = lndArgs({ folder, name, socket, peerSocket, btcd });
  const macaroonFile = join(folder, "data/chain/bitcoin/regtest/admin.macaroon");

  const run = async (): Promise<{ node: RunningNode; open: OpenLnd }> => {
    const node = await runNode(join(bin, "lnd"), args, logFile);
    try {
      return { node, open: await openLnd(node, socket, join(folder, "tls.cert"), macaroonFile) };
    } catch (error) {
      await node.kill();
      throw new Error(`${name} does not start: ${String(error)}\n${await readLogEnd(logFile)}`, {
        cause: error,
      });
    }
  };
  let current = await run();
  const { certBase64, adminMacaroon, pubkey } = current.open;
  const lnd = (): AuthenticatedLnd => current.open.lnd;
  const bake = async (permissions: readonly string[], id?: string): Promise<string> => {
    const right = { lnd: lnd(), permissions: [...permissions], ...(id === undefined ? {} : { id }) };
    return Buffer.from((await grantAccess(right)).macaroon, "base64").toString("hex");
  };
  const end = async (how: "kill" | "stop"): Promise<void> => {
    current.open.close();
    await current.node[how]();
  };
  return {
    name,
    socket,
    peerSocket,
    certBase64,
    adminMacaroon,
    pubkey,
    logFile,
    connection: { kind: "lnd", socket, cert: certBase64, macaroon: await bake(SELLING_RIGHTS) },
    lnd,
    bake,
    balanceMsat: async () => BigInt((await getChannelBalance({ lnd: lnd() })).channel_balance_mtokens ?? 0),
    inboundMsat: async () => BigInt((await getChannelBalance({ lnd: lnd() })).inbound_mtokens ?? 0),
    async createInvoice(sats, expirySeconds = 600) {
      const expiresAt = new Date(Date.now() + expirySeconds * 1_000).toISOString();
      const secret = randomBytes(32).toString("hex");
      const made = await createInvoice({ lnd: lnd(), tokens: sats, expires_at: expiresAt, secret });
      return { bolt11: made.request, paymentHash: made.id };
    },
    async pay(bolt11) {
      const payment = { lnd: lnd(), request: bolt11, pathfinding_timeout: PAYMENT_TIMEOUT_MS };
      const paid = await payViaPaymentRequest(payment).catch((error: unknown) => {
        // ln-service throws arrays: [code, name, details].
        throw new Error(`${name} did not pay: ${JSON.stringify(error)}`, { cause: error });
      });
      return { preimage: paid.secret, feeMsat: BigInt(paid.fee_mtokens) };
    },
    kill: () => end("kill"),
    stop: () => end("stop"),
    async restart() {
      if (current.node.isRunning()) await end("kill");
      current = await run();
    },
    pause: () => current.node.signal("SIGSTOP"),
    resume: () => current.node.signal("SIGCONT"),
  };
}

interface OpenLnd {
  readonly lnd: AuthenticatedLnd;
  readonly certBase64: string;
  readonly adminMacaroon: string;
  readonly pubkey: string;
  close(): void;
}

async function openLnd(
  node: RunningNode,
  socket: string,
  certFile: string,
  macaroonFile: string,
): Promise<OpenLnd> {
  const macaroon = await waitUntil(
    "lnd's macaroon",
    async () => {
      if (!node.isRunning()) throw new Error("it ended");
      return (await readFile(macaroonFile)).toString("hex");
    },
    START_TIMEOUT_MS,
  );
  const cert = (await readFile(certFile)).toString("base64");
  const { lnd } = authenticatedLndGrpc({ cert, macaroon, socket });
  const close = (): void => {
    for (const service of Object.values(lnd) as { close?: () => void }[]) service.close?.();
  };
  try {
    const { public_key: pubkey } = await waitUntil(
      "lnd's first answer",
      async () => {
        const info = await getWalletInfo({ lnd });
        return info.is_synced_to_chain ? info : undefined;
      },
      START_TIMEOUT_MS,
    );
    return { lnd, certBase64: cert, adminMacaroon: macaroon, pubkey, close };
  } catch (error) {
    close();
    throw error;
  }
}

function lndArgs(node: {
  readonly folder: string;
  readonly name: string;
  readonly socket: string;
  readonly peerSocket: string;
  readonly btcd: Btcd;
}): readonly string[] {
  return [
    `--lnddir=${node.folder}`,
    `--alias=${node.name}`,
    "--noseedbackup",
    "--norest",
    "--nobootstrap",
    `--rpclisten=${node.socket}`,
    `--listen=${node.peerSocket}`,
    "--bitcoin.regtest",
    "--bitcoin.node=btcd",
    "--bitcoin.defaultchanconfs=1",
    `--btcd.rpchost=${node.btcd.socket}`,
    `--btcd.rpcuser=${node.btcd.login.user}`,
    `--btcd.rpcpass=${node.btcd.login.password}`,
    `--btcd.rpccert=${node.btcd.certFile}`,
    "--maxpendingchannels=5",
    "--minbackoff=100ms",
    "--maxbackoff=1s",
    "--trickledelay=50",
    "--db.batch-commit-interval=10ms",
    "--logging.file.disable",
    "--debuglevel=info",
  ];
}
