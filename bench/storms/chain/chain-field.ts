import { eip3009PaymentKey, permit2PaymentKey } from "@x402-paywall/core";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { HostedFacilitator } from "../../../e2e/chain/hosted-facilitator.ts";
import { startFacilitator } from "../../../e2e/chain/hosted-facilitator.ts";
import { startChain } from "../../../e2e/chain/start-chain.ts";
import type { Chain } from "../../../e2e/chain/start-chain.ts";
import type { ChainRecord } from "../checker/check-chain.ts";
import type { RailRecord } from "../checker/histories.ts";
import { workspaceAt } from "../rig/endpoint-rows.ts";
import { type FieldOptions, type Ground, startGround } from "../rig/ground.ts";
import { readTransfers } from "./read-chain.ts";
import { createStablecoinWallet } from "./stablecoin-wallet.ts";
import type { StablecoinWallet, StablecoinWay } from "./stablecoin-wallet.ts";

/** A storm over LIVE stablecoins: real gateways, two facilitators, and a chain whose events are the ledger. */
export interface ChainField extends Ground<StablecoinWay> {
  readonly chain: Chain;
  readonly facilitators: readonly HostedFacilitator[];
  readonly wallet: StablecoinWallet;
  /** What only the chain and the facilitators know. */
  readChain(): Promise<ChainRecord>;
  /** How often a facilitator was asked anything about a payment. */
  askedAbout(paymentKey: string): number;
}

/** For one answer of a facilitator. */
export const facilitatorTimeoutMs = 1_000;
/** For a settlement to be seen on the chain. */
export const settlementTimeoutMs = 2_000;
/** USDC, atomic: more than anybody spends. */
const riches = 1_000_000_000_000n;

export async function startChainField(options: FieldOptions): Promise<ChainField> {
  const chain = await startChain();
  const facilitators: HostedFacilitator[] = [];
  const stopRail = async (): Promise<void> => {
    await Promise.all(facilitators.map((each) => each.close()));
    await chain.close();
  };
  try {
    for (let n = 0; n < 2; n++) facilitators.push(await startFacilitator(chain));
    const accounts = chain.accounts.slice(1, 5);
    for (const account of accounts) {
      await chain.fund(account.address, riches);
      await chain.approvePermit2(account);
    }
    const wallet = createStablecoinWallet(accounts);
    const payTo = { ws_even: newAddress(), ws_odd: newAddress() };
    const transfers = () =>
      readTransfers(
        chain,
        accounts.map(({ address }) => address),
        wallet.permits,
      );
    const ground = await startGround<StablecoinWay>(options, {
      url: "",
      real: true,
      env: {
        FACILITATORS: facilitators.map(({ url }) => url).join(","),
        STABLECOIN_NETWORKS: `${chain.network}=${chain.rpcUrl}`,
        FACILITATOR_TIMEOUT_MS: String(facilitatorTimeoutMs),
        SETTLEMENT_TIMEOUT_MS: String(settlementTimeoutMs),
      },
      sale: {
        wires: ["x402"],
        rails: ["stablecoin"],
        connect: (pool, workspace) =>
          pool.query(
            `insert into payout (workspace_id, rail, address, networks, kind, created_by, updated_by)
             values ($1, 'stablecoin', $2, $3, 'account', 'storm', 'storm')`,
            [workspace, payTo[workspace], [chain.network]],
          ),
      },
      openMint: async () => wallet.mint,
      read: async (): Promise<RailRecord> => ({
        charges: (await transfers()).map(({ paymentKey = "unexplained", at, amount }) => ({
          paymentKey,
          at,
          amount,
        })),
        // The chain takes a nonce once, and a facilitator may be asked twice: its first transaction is seen later than sent.
        repeats: [],
      }),
      stop: stopRail,
    });
    const slugs = (options.endpoints ?? [{ slug: "storm-0" }, { slug: "storm-1" }]).map(({ slug }) => slug);
    const readChain = async (): Promise<ChainRecord> => ({
      transfers: await transfers(),
      asked: readAsked(facilitators),
      payToOf: (slug) => payTo[workspaceAt(slugs.indexOf(slug))],
    });
    const askedAbout = (paymentKey: string): number =>
      facilitators
        .flatMap(({ requests }) => requests)
        .filter(({ payload }) => payload !== undefined && keyOf(payload) === paymentKey).length;
    return { ...ground, chain, facilitators, wallet, readChain, askedAbout };
  } catch (error) {
    await stopRail();
    throw error;
  }
}

function newAddress(): string {
  return privateKeyToAccount(generatePrivateKey()).address;
}

function readAsked(facilitators: readonly HostedFacilitator[]): ChainRecord["asked"] {
  return facilitators.flatMap(({ url, requests }) =>
    requests.flatMap(({ path, payload }) =>
      path === "settle" && payload !== undefined ? [{ paymentKey: keyOf(payload), facilitator: url }] : [],
    ),
  );
}

type Payload = NonNullable<HostedFacilitator["requests"][number]["payload"]>;

/** Of a payment as a facilitator was sent it. */
function keyOf({ accepted, payload }: Payload): string {
  const { authorization, permit2Authorization: permit } = payload as {
    readonly authorization?: { readonly from: string; readonly nonce: string };
    readonly permit2Authorization?: { readonly from: string; readonly nonce: string };
  };
  const { network, asset } = accepted;
  if (authorization !== undefined)
    return eip3009PaymentKey(network, asset, authorization.from, authorization.nonce);
  return permit2PaymentKey(network, permit?.from ?? "", BigInt(permit?.nonce ?? 0));
}
