import { isJsonArray, type Json, parseJson } from "@x402-paywall/core";
import type { NodeWebSocket } from "../node-reach.ts";
import { matchesFilter, type NostrEvent, type NostrFilter, readSignedEvent } from "./nostr-event.ts";

export interface RelayListener {
  readonly onevent?: (event: NostrEvent) => void;
  readonly onclose?: (reason: string) => void;
  readonly alreadyHaveEvent?: (id: string) => boolean;
}

interface Publishing {
  readonly settle: (accepted: boolean, reason: string) => void;
}

/** A relay says at once whether it takes an event. */
const PUBLISH_MS = 5_000;

/**
 * One connection to a Nostr relay (NIP-01), as the SDK's pool uses it. The SDK's own goes through the global `WebSocket`, to
 * any address, and has rejections that nobody handles; here what a relay sends is at worst ignored.
 */
export class Relay {
  /** Rejects where no connection came about. */
  readonly opened: Promise<void>;
  readonly #onClose: () => void;
  readonly #subscriptions = new Map<string, { readonly filters: readonly NostrFilter[] } & RelayListener>();
  readonly #publishing = new Map<string, Publishing>();
  #socket: WebSocket | undefined;
  #serial = 0;
  #ended = false;

  /** @param onClose The connection is gone; called once. */
  constructor(url: string, webSocket: NodeWebSocket, timeoutMs: number, onClose: () => void) {
    this.#onClose = onClose;
    this.opened = new Promise((resolve, reject) => {
      const socket = new webSocket(url);
      this.#socket = socket;
      const end = (): void => {
        clearTimeout(timer);
        reject(new Error("No connection"));
        this.close();
      };
      const timer = setTimeout(end, timeoutMs);
      socket.addEventListener("open", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.addEventListener("message", ({ data }: { readonly data: unknown }) => this.#read(data));
      socket.addEventListener("error", end);
      socket.addEventListener("close", end);
    });
    this.opened.catch(() => this.close());
  }

  subscribe(filters: readonly NostrFilter[], listener: RelayListener): { close(reason?: string): void } {
    const id = `s${++this.#serial}`;
    if (this.#ended) {
      queueMicrotask(() => listener.onclose?.("No connection"));
      return { close: () => {} };
    }
    this.#subscriptions.set(id, { filters, ...listener });
    this.#send(["REQ", id, ...filters]);
    return {
      close: (reason = "Not wanted any more") => {
        if (!this.#subscriptions.delete(id)) return;
        this.#send(["CLOSE", id]);
        listener.onclose?.(reason);
      },
    };
  }

  /** Rejects where the relay does not take it. */
  publish(event: NostrEvent): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (accepted: boolean, reason: string): void => {
        clearTimeout(timer);
        this.#publishing.delete(event.id);
        if (accepted) resolve(reason);
        else reject(new Error(reason));
      };
      const timer = setTimeout(() => settle(false, "No answer"), PUBLISH_MS);
      if (this.#ended) return settle(false, "No connection");
      this.#publishing.set(event.id, { settle });
      this.#send(["EVENT", event]);
    });
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket?.close();
    for (const { onclose } of this.#subscriptions.values()) onclose?.("No connection");
    this.#subscriptions.clear();
    for (const { settle } of this.#publishing.values()) settle(false, "No connection");
    this.#onClose();
  }

  #send(message: readonly unknown[]): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #read(data: unknown): void {
    const message = typeof data === "string" ? parseJson(data) : undefined;
    if (message === undefined || !isJsonArray(message)) return;
    const [kind, id, third, reason] = message;
    if (typeof id !== "string") return;
    if (kind === "EVENT") this.#deliver(id, third);
    else if (kind === "OK") this.#publishing.get(id)?.settle(third === true, textOf(reason));
    else if (kind === "CLOSED") {
      const subscription = this.#subscriptions.get(id);
      this.#subscriptions.delete(id);
      subscription?.onclose?.(textOf(third));
    }
  }

  #deliver(id: string, value: Json | undefined): void {
    const subscription = this.#subscriptions.get(id);
    const event = subscription === undefined ? undefined : readSignedEvent(value);
    if (subscription === undefined || event === undefined) return;
    if (!subscription.filters.some((filter) => matchesFilter(event, filter))) return;
    if (subscription.alreadyHaveEvent?.(event.id) !== true) subscription.onevent?.(event);
  }
}

const OPEN = 1;

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
