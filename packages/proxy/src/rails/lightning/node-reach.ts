import type { HttpSend } from "../../http-send.ts";

/** The platform's `WebSocket`, which on servers takes headers too. */
export type NodeWebSocket = typeof WebSocket &
  (new (url: string, init: { readonly headers: Readonly<Record<string, string>> }) => WebSocket);

/** The ways out to nodes whose addresses creators enter: each connection passes the address policy. */
export interface NodeReach {
  /** The vetted IP address to connect to, resolved once. @throws LightningNodeError `unreachable` */
  lookUpAddress(host: string, port: number): Promise<string>;
  /** HTTP and HTTPS. @throws LightningNodeError `unreachable`, `timeout`, `certificate`, `malformed` */
  readonly send: HttpSend;
  /** Where an address may not be connected to, `error` and `close` come as for any connection that fails. */
  readonly webSocket: NodeWebSocket;
}

export interface BackendOptions {
  readonly reach: NodeReach;
  /** Milliseconds. */
  readonly clock: () => number;
  /** For one call. Default 1,200, over relays 1,800: a 402 waits for it. */
  readonly timeoutMs?: number;
}
