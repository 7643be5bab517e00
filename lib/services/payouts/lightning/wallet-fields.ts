import type { Read } from "./lnd-fields.ts";

/** A connection string of NIP-47, as somebody pastes it. Reduced to what is used: key, relays and secret. */
export function readWalletUri(pasted: string): Read {
  if (pasted === "")
    return fault("Paste the connection string of your wallet. It starts with nostr+walletconnect://.");
  if (/^nsec1/i.test(pasted))
    return fault("This is a private key of Nostr, not a connection string. Do not paste it anywhere again.");
  if (/^[a-z]+(\s+[a-z]+){11,23}$/i.test(pasted))
    return fault(
      "These look like the secret words of a wallet. Do not paste them anywhere again and move what they hold to a new wallet.",
    );
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(pasted) || /^lnurl1/i.test(pasted))
    return fault(
      "A Lightning address does not tell what was paid. Paste a connection string of Nostr Wallet Connect.",
    );
  const [, key, query] = /^nostr\+?walletconnect:(?:\/\/)?([0-9a-f]{64})\?(\S+)$/i.exec(pasted) ?? [];
  if (key === undefined || query === undefined)
    return fault(
      "This is not a connection string, or a part of it is missing. It starts with nostr+walletconnect:// and has relay= and secret= in it.",
    );
  const params = new URLSearchParams(query);
  const secret = params.get("secret") ?? "";
  if (!/^[0-9a-f]{64}$/i.test(secret))
    return fault("Its secret= is missing or cut off. Copy the whole string again.");
  const relays = params.getAll("relay");
  if (relays.length === 0 || !relays.every(isRelay))
    return fault("Its relay= is missing, or is no wss:// address. Copy the whole string again.");
  const kept = new URLSearchParams(relays.map((relay) => ["relay", relay]));
  kept.set("secret", secret.toLowerCase());
  return { value: `nostr+walletconnect://${key.toLowerCase()}?${kept.toString()}` };
}

/** Host of the first relay. */
export function relayOf(uri: string): string {
  return new URL(new URLSearchParams(uri.slice(uri.indexOf("?"))).get("relay") ?? "").host;
}

/** Where phoenixd's API is. @returns its origin */
export function readPhoenixdUrl(pasted: string): Read {
  if (pasted === "") return fault("Write where phoenixd listens, such as https://phoenixd.example.com.");
  if (!/^https?:\/\//i.test(pasted))
    return fault("Start with http:// or https://, such as http://10.0.0.5:9740.");
  if (!URL.canParse(pasted))
    return fault("This is not an address. Write one such as https://phoenixd.example.com.");
  const url = new URL(pasted);
  if (url.username + url.password !== "")
    return fault("Leave the password out of the address: it has a field of its own.");
  if (url.pathname + url.search + url.hash !== "/")
    return fault("Write only the start of the address, without anything behind the host and port.");
  return { value: url.origin };
}

export function readPhoenixdPassword(pasted: string): Read {
  if (pasted === "") return fault("Paste http-password-limited-access out of phoenix.conf.");
  return /^[!-~]+$/.test(pasted)
    ? { value: pasted }
    : fault("This has spaces or other characters that phoenixd's passwords never have. Copy it again.");
}

function isRelay(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^wss?:$/.test(protocol) && username + password === "";
}

function fault(words: string): Read {
  return { fault: words };
}
