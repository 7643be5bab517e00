import { join } from "node:path";
import { addPeer, createChainAddress, getChainBalance, getRouteToDestination, openChannel } from "ln-service";
import { buildNodes } from "../../../scripts/lightning/build-nodes.mjs";
import { cutOff, type CutOff } from "./cut-off.ts";
import { makeFolder } from "./make-folder.ts";
import { startBtcd, type Btcd } from "./start-btcd.ts";
import { startLnd, type LndNode } from "./start-lnd.ts";
import { waitUntil } from "./wait-until.ts";

/** The payer can send twelve million satoshi, and the creator four: thousands of payments of 1,000. */
const CHANNEL_SATS = 16_000_000;
const CREATORS_SATS = 4_000_000;

export interface LightningOptions {
  /** Without it the creator's node has no channel, so it can make invoices and nobody can pay them. Default true. */
  readonly channel?: boolean;
}

export type Lightning = Awaited<ReturnType<typeof startLightning>>;

/**
 * Real Lightning on a Bitcoin chain of its own (regtest): btcd and two lnd on loopback, the payer's with a channel to the
 * creator's and money on both sides. Gone when `close` resolves, and when this process is.
 */
export async function startLightning({ channel = true }: LightningOptions = {}) {
  const bin = await findBinaries();
  const { path: folder, remove } = await makeFolder("x402-paywall-lightning-");
  const ends: (() => Promise<void>)[] = [remove];
  const close = async (): Promise<void> => {
    // What was started last goes first.
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const btcd = await startBtcd(bin, join(folder, "btcd"));
    ends.push(btcd.close);
    const startNode = async (name: string): Promise<LndNode> => {
      const node = await startLnd(bin, join(folder, name), name, btcd);
      ends.push(node.kill);
      return node;
    };
    const started = await Promise.allSettled([startNode("creator"), startNode("payer")]);
    const [creator, payer] = started.map((node) => {
      if (node.status === "rejected") throw node.reason;
      return node.value;
    });
    if (creator === undefined || payer === undefined) throw new Error("No nodes");
    if (channel) await openFundedChannel(btcd, payer, creator);
    const waitForRoute = async (): Promise<void> => {
      await Promise.all([findRoute(payer, creator), findRoute(creator, payer)]);
    };
    if (channel) await waitForRoute();
    return {
      creator,
      payer,
      /** One more lnd, without money and channels. */
      startNode,
      /** Resolves when both find a way to each other again, some seconds after a restart of either. */
      waitForRoute,
      /** Mines blocks. */
      mine: btcd.generate,
      /** A line to a node that can be cut. */
      async cut(node: { readonly socket: string }): Promise<CutOff> {
        const line = await cutOff(node.socket);
        ends.push(line.close);
        return line;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function findBinaries(): Promise<string> {
  const named = process.env["PAYWALL_LIGHTNING_BIN"];
  if (named !== undefined && named !== "") return named;
  const built = await buildNodes();
  if ("bin" in built) return built.bin;
  throw new Error(`No Lightning nodes: ${built.why}`);
}

async function openFundedChannel(btcd: Btcd, payer: LndNode, creator: LndNode): Promise<void> {
  // Both: an lnd that accepts a channel wants a reserve on the chain, for its anchor.
  const nodes = [payer, creator];
  // Nested addresses: btcd's createrawtransaction knows no others of lnd's.
  const addresses = await Promise.all(
    nodes.map((node) => createChainAddress({ lnd: node.lnd(), format: "np2wpkh" })),
  );
  await btcd.fund(addresses.map(({ address }) => address));
  await Promise.all(
    nodes.map((node) =>
      waitUntil(`${node.name}'s money`, async () => {
        const balance = await getChainBalance({ lnd: node.lnd() });
        return balance.chain_balance > 0 ? true : undefined;
      }),
    ),
  );
  await addPeer({ lnd: payer.lnd(), public_key: creator.pubkey, socket: creator.peerSocket });
  const order = {
    lnd: payer.lnd(),
    partner_public_key: creator.pubkey,
    local_tokens: CHANNEL_SATS,
    give_tokens: CREATORS_SATS,
    chain_fee_tokens_per_vbyte: 5,
  };
  await waitUntil("Opening the channel", () => openChannel(order));
  await btcd.generate(6);
}

async function findRoute(from: LndNode, to: LndNode): Promise<void> {
  await waitUntil(`A way from ${from.name} to ${to.name}`, async () => {
    const order = { lnd: from.lnd(), destination: to.pubkey, tokens: 1_000 };
    return (await getRouteToDestination(order)).route === undefined ? undefined : true;
  });
}
