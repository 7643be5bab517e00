import { faultOf, messageOf } from "./eip1193.ts";
import { approvePermit2, connect, succeeded, switchNetwork } from "./evm-calls.ts";
import { findWallets } from "./find-wallets.ts";
import type { FoundWallet } from "./find-wallets.ts";
import { ContractSignature, signPayment } from "./sign-payment.ts";
import type { WalletMessages, WalletPhase } from "../parts/wallet-messages.ts";
import { readWalletOffers } from "./wallet-offer.ts";
import type { WalletOffers } from "./wallet-offer.ts";
import { WalletPanel } from "./wallet-panel.ts";
import type { WalletPorts } from "./wallet-ports.ts";
import { WalletScreen } from "./wallet-screen.ts";
import type { PhaseValues } from "./wallet-screen.ts";
import { WalletSession } from "./wallet-session.ts";

/** Reading a wallet's question takes a moment: less than this, and a fresh price is asked about. */
const LEAST_SECONDS = 60;
const RECEIPT_PAUSE_MS = 1000;

/** From the wallets of this browser to a signed payment. What a wallet or its owner changes meanwhile, it follows. */
export class WalletFlow {
  readonly #ports: WalletPorts;
  readonly #messages: WalletMessages;
  readonly #screen: WalletScreen;
  readonly #panel: WalletPanel;
  #wallets: readonly FoundWallet[] = [];
  #session: WalletSession | undefined;
  /** What was begun before it is over: its outcome changes nothing any more. */
  #turn = 0;
  #known = readWalletOffers("");
  #isPaying = false;

  constructor(ports: WalletPorts, messages: WalletMessages) {
    this.#ports = ports;
    this.#messages = messages;
    this.#screen = new WalletScreen(ports, messages);
    this.#panel = new WalletPanel(ports.button, messages);
  }

  async start(): Promise<void> {
    const { view, button } = this.#ports;
    button.addEventListener("click", () => void this.#press());
    const offers = view.find("wallet-offers");
    let before = this.#price();
    const renewed = new MutationObserver(() => {
      const isSame = before === this.#price();
      before = this.#price();
      if (!isSame && !this.#isPaying) void this.#look();
    });
    if (offers !== null) renewed.observe(offers, { childList: true });
    await this.#discover();
  }

  /** Those of a moment ago where a new quote comes without any. */
  #offers(): WalletOffers {
    const shown = readWalletOffers(this.#ports.view.find("wallet-offers")?.textContent ?? "");
    if (shown.offers.length > 0) this.#known = shown;
    return this.#known;
  }

  /** What a new quote may leave as it is. */
  #price(): string {
    return this.#offers()
      .offers.map(({ requirements: { network, amount } }) => `${network} ${amount}`)
      .join();
  }

  #press(): Promise<void> | undefined {
    if (this.#ports.button.getAttribute("aria-disabled") === "true") return undefined;
    switch (this.#screen.action) {
      case "look":
        return this.#discover();
      case "connect":
        return this.#connect();
      case "retry":
      case "check":
        return this.#session?.account === undefined ? this.#connect() : this.#look();
      case "switch":
        return this.#switch();
      case "allow":
        return this.#allow();
      case "pay":
        return this.#pay();
      case "wait":
        return undefined;
    }
  }

  async #discover(): Promise<void> {
    this.#wallets = await findWallets(window, this.#messages.unnamed);
    const [first, second] = this.#wallets;
    if (first !== undefined) return second === undefined ? this.#use(first) : this.#choose();
    this.#panel.clear();
    this.#screen.show(this.#ports.view.data("bolt11") === "" ? "none" : "noneLightning", {});
  }

  #choose(): void {
    this.#turn++;
    this.#session?.end();
    this.#session = undefined;
    this.#screen.show("choosing", {});
    this.#panel.choose(this.#wallets, (wallet) => {
      void this.#use(wallet);
      this.#ports.button.focus();
    });
  }

  #use(wallet: FoundWallet): Promise<void> {
    this.#session?.end();
    const changed = (): void => {
      if (!this.#isPaying) void this.#look();
    };
    this.#session = new WalletSession(wallet, () => this.#offers(), {
      onAccount: changed,
      onNetwork: changed,
    });
    return this.#connect();
  }

  async #connect(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return this.#discover();
    const turn = this.#begin("connecting");
    try {
      const account = await connect(session.wallet.provider);
      if (turn !== this.#turn) return;
      session.account = account;
      await this.#look();
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, "notConnected");
    }
  }

  /** Finds out anew what stands between this account and the payment. */
  async #look(): Promise<void> {
    if (this.#session === undefined) return;
    const turn = this.#screen.phase === "ready" ? ++this.#turn : this.#begin("checking");
    try {
      const { phase, values } = await this.#session.findObstacle();
      if (turn === this.#turn) this.#show(phase, values);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, "failed");
    }
  }

  async #switch(): Promise<void> {
    if (this.#session === undefined) return;
    const { wallet, offer } = this.#session;
    const turn = this.#begin("switching");
    try {
      await switchNetwork(wallet.provider, offer.requirements.network, offer.chain);
      if (turn === this.#turn) await this.#look();
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, "notSwitched");
    }
  }

  async #allow(): Promise<void> {
    const { account, wallet, offer } = this.#session ?? {};
    if (account === undefined || wallet === undefined || offer === undefined) return;
    const { provider } = wallet;
    const turn = this.#begin("allowing");
    try {
      const hash = await approvePermit2(provider, offer.requirements.asset, account);
      if (turn === this.#turn) this.#show("confirming");
      while (turn === this.#turn) {
        const done = await succeeded(provider, hash).catch(() => undefined);
        if (turn !== this.#turn) return;
        if (done !== undefined) return done ? await this.#look() : this.#show("notAllowed");
        await new Promise((resolve) => setTimeout(resolve, RECEIPT_PAUSE_MS));
      }
    } catch (error) {
      if (turn === this.#turn) this.#fail(error, "notAllowed");
    }
  }

  async #pay(): Promise<void> {
    if (this.#isPaying) return;
    this.#isPaying = true;
    try {
      await this.#sign();
    } finally {
      this.#isPaying = false;
    }
  }

  async #sign(): Promise<void> {
    const { checkout, redeem, resume, view } = this.#ports;
    const session = this.#session;
    if (session === undefined) return;
    if (!(await resume())) {
      if (!(await checkout.ready())) return;
      if (checkout.secondsLeft < LEAST_SECONDS) await checkout.renew();
      const payment = await this.#ask(session);
      if (payment === undefined) return;
      // The wallet has done its part: what follows is said by the page.
      this.#show("ready", {}, true);
      await redeem(payment);
    }
    if (view.isBusy) return;
    // Refused, in the server's own words, which stay. What is signed next is a new price.
    this.#show("ready", {}, true);
    await checkout.renew();
  }

  /** @returns `undefined` where nothing was signed, which then is shown */
  async #ask(session: WalletSession): Promise<string | undefined> {
    const { checkout } = this.#ports;
    try {
      // The wallet may have changed without a word, and the amount a moment ago.
      const { phase, values } = await session.findObstacle();
      const { account, wallet, offer } = session;
      if (phase !== "ready" || account === undefined) {
        this.#show(phase, values);
        return undefined;
      }
      // Somebody has paid by Lightning meanwhile.
      if (this.#ports.view.isBusy) return undefined;
      this.#begin("signing");
      const now = this.#offers().expiresAt - checkout.secondsLeft;
      return await signPayment(wallet.provider, account, offer.requirements, now);
    } catch (error) {
      if (error instanceof ContractSignature) this.#show("contract");
      else this.#fail(error, "rejected");
      return undefined;
    }
  }

  /** @returns which turn it is: see `#turn` */
  #begin(phase: WalletPhase): number {
    this.#show(phase);
    return ++this.#turn;
  }

  #fail(error: unknown, rejected: WalletPhase): void {
    const phases = {
      rejected,
      pending: "pending",
      unknownChain: "unknownNetwork",
      failed: "failed",
    } as const;
    this.#show(phases[faultOf(error)], { reason: messageOf(error) });
  }

  #show(phase: WalletPhase, values: PhaseValues = {}, silent = false): void {
    const session = this.#session;
    if (session === undefined) return this.#screen.show(phase, values, silent);
    const { wallet, account, offer, networks } = session;
    const hasOthers = this.#wallets.length > 1;
    this.#panel.show({ wallet, account, hasOthers }, () => !this.#isPaying && this.#choose());
    this.#panel.offer(account === undefined ? [] : networks, offer.requirements.network, (network) => {
      session.choose(network);
      if (!this.#isPaying) void this.#look();
    });
    const known = session.values(this.#messages.elsewhere);
    this.#screen.show(phase, { ...known, ...values }, silent);
  }
}
