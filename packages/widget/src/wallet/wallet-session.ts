import { decimal, group } from "../parts/amounts.ts";
import { allowanceOf, balanceOf, firstAccount, networkOf } from "./evm-calls.ts";
import type { FoundWallet } from "./find-wallets.ts";
import { isPermit2 } from "./typed-payment.ts";
import type { WalletOffer, WalletOffers } from "./wallet-offer.ts";
import { shorten } from "./wallet-panel.ts";
import type { ShownNetwork } from "./wallet-panel.ts";
import type { PhaseValues } from "./wallet-screen.ts";

/** What stands between an account and its payment; `ready` where nothing does. */
export interface Obstacle {
  readonly phase: "disconnected" | "network" | "poor" | "allowance" | "ready";
  readonly values?: PhaseValues;
}

export interface SessionEvents {
  readonly onAccount: () => void;
  readonly onNetwork: () => void;
}

/** Where most wallets are before they are asked to go elsewhere; it is rarely among the offers, which name themselves. */
const ETHEREUM = { id: "eip155:1", name: "Ethereum" } as const;

/** One wallet while it is the chosen one: its account, the network that it is on, and the offer that it would pay. */
export class WalletSession {
  readonly wallet: FoundWallet;
  account: string | undefined;
  /** CAIP-2. */
  #on = "";
  #chosen = "";
  #order: readonly string[] = [];
  readonly #offers: () => WalletOffers;
  readonly #stop: () => void;

  /** @param offers Those that the page shows now. */
  constructor(wallet: FoundWallet, offers: () => WalletOffers, events: SessionEvents) {
    this.wallet = wallet;
    this.#offers = offers;
    const { provider } = wallet;
    const accounts = (value: unknown): void => {
      this.account = firstAccount(value);
      events.onAccount();
    };
    const networks = (value: unknown): void => {
      this.#stand(`eip155:${Number(value)}`);
      events.onNetwork();
    };
    provider.on?.("accountsChanged", accounts);
    provider.on?.("chainChanged", networks);
    this.#stop = () => {
      provider.removeListener?.("accountsChanged", accounts);
      provider.removeListener?.("chainChanged", networks);
    };
  }

  /** It is not the chosen one any more. */
  end(): void {
    this.#stop();
  }

  /** @throws TypeError where the page offers nothing */
  get offer(): WalletOffer {
    const { offers } = this.#offers();
    const offer = offers.find(({ requirements }) => requirements.network === this.#chosen) ?? offers[0];
    if (offer === undefined) throw new TypeError("Nothing is offered");
    return offer;
  }

  /** In the order in which they were when the wallet was connected: its own first. */
  get networks(): readonly ShownNetwork[] {
    const found = this.#offers().offers.map(({ requirements, network }) => {
      return { id: requirements.network, name: network };
    });
    return found.toSorted((left, right) => this.#order.indexOf(left.id) - this.#order.indexOf(right.id));
  }

  choose(network: string): void {
    this.#chosen = network;
  }

  /** @throws what the wallet says */
  async findObstacle(): Promise<Obstacle> {
    const { account, wallet } = this;
    if (account === undefined) return { phase: "disconnected" };
    const { provider } = wallet;
    this.#stand(await networkOf(provider));
    const { requirements, symbol } = this.offer;
    if (requirements.network !== this.#on) return { phase: "network" };
    // A sandbox moves no money.
    if (this.#offers().test) return { phase: "ready" };
    const { asset, amount } = requirements;
    // Where the wallet's node does not answer, the seller's will.
    const have = await balanceOf(provider, asset, account).catch(() => undefined);
    if (have !== undefined && have < BigInt(amount))
      return { phase: "poor", values: { have: coins(have, symbol) } };
    if (!isPermit2(requirements)) return { phase: "ready" };
    const allowed = await allowanceOf(provider, asset, account).catch(() => undefined);
    return { phase: allowed !== undefined && allowed < BigInt(amount) ? "allowance" : "ready" };
  }

  /** What all words are filled with. @param elsewhere Names a network that nobody knows here. */
  values(elsewhere: string): PhaseValues {
    const { requirements, network, symbol } = this.offer;
    return {
      wallet: this.wallet.name,
      account: shorten(this.account ?? ""),
      network,
      other: [...this.networks, ETHEREUM].find(({ id }) => id === this.#on)?.name ?? elsewhere,
      token: symbol,
      amount: coins(BigInt(requirements.amount), symbol),
      have: "",
      reason: "",
    };
  }

  /** The wallet is on a network: where it can be paid there, that is the one. */
  #stand(on: string): void {
    if (on === this.#on) return;
    this.#on = on;
    const ids = this.#offers().offers.map(({ requirements }) => requirements.network);
    if (ids.includes(on)) this.#chosen = on;
    if (this.#order.length === 0) this.#order = [on, ...ids];
  }
}

function coins(atomic: bigint, symbol: string): string {
  return `${group(decimal(atomic, 6))} ${symbol}`;
}
