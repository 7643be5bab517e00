import type { HeaderList, Jwks } from "@x402-paywall/core";
import type { Rail } from "@x402-paywall/proxy";
import type { LightningConnection, NodeCheck } from "@x402-paywall/proxy/rails/lightning";
import type { SandboxPayment } from "@x402-paywall/proxy/rails/sandbox";
import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";

/** An upstream URL that the address policy accepts, in the parts that are stored. */
interface UpstreamUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Starts with `/`. */
  readonly basePath: string;
  /** Without `?`; empty where there is none. */
  readonly baseQuery: string;
}

export interface LookOptions {
  readonly method: "HEAD" | "GET";
  readonly headers?: HeaderList;
  readonly maxBytes: number;
  /** For the whole look. */
  readonly timeoutMs: number;
}

/** What an upstream answered; redirects are not followed. */
export interface Look {
  readonly status: number;
  readonly headers: HeaderList;
  /** The first `maxBytes` bytes. */
  readonly body: Uint8Array;
  /** There was more, or the time was up. */
  readonly truncated: boolean;
}

/** Reads of one chain; each rejects where its node does not answer. */
export interface ChainReader {
  chainId(): Promise<bigint>;
  /** `0x` hex of what is deployed at an address; `0x` for nothing. */
  codeAt(address: string): Promise<string>;
  /** Of the network's asset, atomic. */
  tokenBalance(address: string): Promise<bigint>;
  /** A word. */
  storageAt(address: string, slot: `0x${string}`): Promise<string>;
}

/** What the services need of the packages; assembled at the composition root, made up in tests. */
export interface Ports {
  /** @throws PaywallError `upstream_url_rejected` or `upstream_is_self` */
  parseUpstreamUrl(url: string): UpstreamUrl;
  /** Through the address policy. @throws PaywallError `upstream_address_denied`, `upstream_unreachable`, `upstream_timeout` */
  look(url: string, options: LookOptions): Promise<Look>;
  /** The sandbox wallet. @throws PaywallError `validation_failed`, `payment_expired` */
  payInvoice(bolt11: string): SandboxPayment;
  /** Writes down what the sandbox wallet paid, so that whoever waits for it sees it. */
  recordPaid(payment: SandboxPayment, workspaceId: string): Promise<void>;
  /** The rail that a payment was made on; `undefined` where this instance has it no more. */
  findRail(id: string, mode: string): Rail | undefined;
  /** Keys that verify receipts. */
  getJwks(): Jwks;
  /** Millisatoshi that one US dollar buys; `undefined` where no current rate is known. LIVE's may ask exchanges. */
  getMsatPerUsd(mode: "test" | "live"): bigint | undefined;
  openChain(network: StablecoinNetwork): ChainReader;
  /** Has a node make an invoice and read it, through the address policy. Answers what is wrong, and does not throw it. */
  checkLightning(connection: LightningConnection): Promise<NodeCheck>;
}
