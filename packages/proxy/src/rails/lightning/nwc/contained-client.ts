import { NWCClient } from "@getalby/sdk/nwc";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { fromHex, isJsonObject, parseJson } from "@x402-paywall/core";
import { LightningNodeError } from "../backend.ts";

/** What is not readable reads as an error for who asked, and as a notification of no kind for who listens. */
export const UNREADABLE = "UNREADABLE";
const UNREADABLE_TEXT = JSON.stringify({ notification: {}, error: { code: UNREADABLE, message: "" } });

/**
 * The SDK's client, whose faults stay its own: as it comes, an answer that does not decrypt, and a wallet's key that is no
 * point of the curve, are rejections that nobody handles, which end a Node process.
 */
export class ContainedClient extends NWCClient {
  #info: ReturnType<NWCClient["getWalletServiceInfo"]> | undefined;

  /** @throws LightningNodeError `unauthorized` where the connection string is none. */
  constructor(uri: string) {
    super(parseConnection(uri));
  }

  /** Once for all who ask at the same time. */
  override getWalletServiceInfo(): ReturnType<NWCClient["getWalletServiceInfo"]> {
    this.#info ??= super.getWalletServiceInfo().catch((error: unknown) => {
      this.#info = undefined;
      throw error;
    });
    return this.#info;
  }

  override async decrypt(pubkey: string, content: string): Promise<string> {
    const text = await super.decrypt(pubkey, content).catch(() => "");
    return isJsonObject(parseJson(text)) ? text : UNREADABLE_TEXT;
  }

  /**
   * One request of NIP-47. The SDK's public methods wait for up to a minute, and write errors, and answers that they do not
   * like (preimages in them), to the console; what they call does neither.
   */
  async ask(method: string, params: object, timeoutMs: number): Promise<unknown> {
    const execute: unknown = Reflect.get(this, "executeNip47Request");
    if (typeof execute !== "function") throw new TypeError("@getalby/sdk has changed: version 8 is needed");
    const timeouts = { replyTimeout: timeoutMs, publishTimeout: timeoutMs };
    const answer: unknown = await Reflect.apply(execute, this, [method, params, () => true, timeouts]);
    return answer;
  }
}

function parseConnection(uri: string) {
  try {
    const connection = NWCClient.parseWalletConnectUrl(uri.trim(), true);
    const secret = fromHex(connection.secret ?? "");
    if (secret === undefined || !secp256k1.utils.isValidSecretKey(secret)) throw new TypeError("No secret");
    secp256k1.Point.fromHex(`02${connection.walletPubkey}`).assertValidity();
    return { ...connection, relayUrls: connection.relayUrls.slice(0, MAX_RELAYS) };
  } catch {
    throw new LightningNodeError(
      "unauthorized",
      "This is no connection string of Nostr Wallet Connect: it starts with nostr+walletconnect:// and holds a relay and a secret",
    );
  }
}

const MAX_RELAYS = 3;
