import { LightningNodeError } from "../backend.ts";
import { withDeadline } from "../deadline.ts";
import type { BackendOptions, NodeReach } from "../node-reach.ts";
import { ContainedClient } from "./contained-client.ts";
import { toNwcError } from "./nwc-error.ts";
import { Relay } from "./relay.ts";

/** A wallet behind its relays: connected when it is asked, and again when the connection broke. */
export class NwcWallet {
  readonly #client: ContainedClient;
  readonly #reach: NodeReach;
  readonly #relays = new Map<string, Relay>();
  readonly #lost = new Set<() => void>();
  #closed = false;

  /** @throws LightningNodeError `unauthorized` where the connection string is none. */
  constructor(uri: string, { reach }: Pick<BackendOptions, "reach">) {
    this.#client = new ContainedClient(uri);
    this.#reach = reach;
    // The pool makes its relays with the global WebSocket, which goes anywhere; this is the one public place to make them.
    Object.assign(this.#client.pool, {
      ensureRelay: (url: string, params?: { readonly connectionTimeout?: number }) =>
        this.#open(url, params?.connectionTimeout),
    });
  }

  /** @throws LightningNodeError; what NIP-47 calls NOT_FOUND comes as it is. */
  async ask(method: string, params: object, timeoutMs: number): Promise<unknown> {
    const work = async (): Promise<unknown> => {
      await this.#connect(timeoutMs);
      return this.#client.ask(method, params, timeoutMs);
    };
    return withDeadline(work(), timeoutMs, `The wallet's answer to ${method}`);
  }

  /** What the wallet's info event says that it can do. @throws LightningNodeError */
  async capabilities(timeoutMs: number): Promise<readonly string[]> {
    try {
      const work = this.#connect(timeoutMs).then(() => this.#client.getWalletServiceInfo());
      const { capabilities } = await withDeadline(work, timeoutMs, "The wallet's description");
      return capabilities;
    } catch (error) {
      throw toNwcError(error, "its description");
    }
  }

  /** @param onLost No relay is connected any more. @throws LightningNodeError */
  async listen(
    onNotification: (notification: unknown) => void,
    onLost: () => void,
    timeoutMs: number,
  ): Promise<() => void> {
    const subscribing = this.#connect(timeoutMs).then(() =>
      this.#client.subscribeNotifications(onNotification, ["payment_received"]),
    );
    try {
      const stop = await withDeadline(subscribing, timeoutMs, "The subscription");
      this.#lost.add(onLost);
      return () => {
        this.#lost.delete(onLost);
        stop();
      };
    } catch (error) {
      subscribing.then(
        (stop) => stop(),
        () => {},
      );
      throw toNwcError(error, "notifications");
    }
  }

  close(): void {
    this.#closed = true;
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
  }

  /** Before the SDK does, which would write to the console that there is no connection. */
  async #connect(timeoutMs: number): Promise<void> {
    try {
      await Promise.any(this.#client.relayUrls.map((url) => this.#open(url, timeoutMs)));
    } catch (error) {
      const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
      throw (
        reasons.find((reason) => reason instanceof LightningNodeError) ?? toNwcError(error, "a connection")
      );
    }
  }

  async #open(url: string, timeoutMs = 3_000): Promise<Relay> {
    const key = new URL(url).href;
    if (this.#closed) throw new LightningNodeError("unreachable", "The connection to the wallet is closed");
    const relay = this.#relays.get(key) ?? this.#create(key, timeoutMs);
    try {
      await relay.opened;
      return relay;
    } catch (error) {
      throw error instanceof LightningNodeError ? error : await this.#explain(key);
    }
  }

  #create(key: string, timeoutMs: number): Relay {
    const relay: Relay = new Relay(key, this.#reach.webSocket, timeoutMs, () => this.#drop(key, relay));
    this.#relays.set(key, relay);
    return relay;
  }

  #drop(key: string, relay: Relay): void {
    if (this.#relays.get(key) === relay) this.#relays.delete(key);
    if (this.#relays.size === 0) for (const onLost of this.#lost) onLost();
  }

  /** A WebSocket does not say why it did not open; an address that is not allowed is worth to be named. */
  async #explain(url: string): Promise<LightningNodeError> {
    const { hostname, port, protocol, host } = new URL(url);
    try {
      await this.#reach.lookUpAddress(hostname, Number(port) || (protocol === "wss:" ? 443 : 80));
      return new LightningNodeError("unreachable", `The wallet's relay ${host} cannot be reached`);
    } catch (error) {
      return toNwcError(error, "a connection");
    }
  }
}
