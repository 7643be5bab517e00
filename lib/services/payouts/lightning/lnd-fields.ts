import { X509Certificate } from "node:crypto";
import { bakeLine } from "../../../query/bake-line.ts";

/** What was typed, in the form that is kept; or why it cannot be used, in words. */
export type Read = { readonly value: string } | { readonly fault: string };

/** `host:port` of lnd's gRPC, as somebody pastes it. */
export function readSocket(pasted: string): Read {
  const text = pasted.replace(/^(https?|grpc):\/\//i, "").replace(/\/$/, "");
  if (text === "") return fault("Write where lnd's gRPC listens, such as node.example.com:10009.");
  if (/^0[23][0-9a-f]{64}@/i.test(text))
    return fault(
      "This address is for other nodes. Write the one of its gRPC, such as node.example.com:10009.",
    );
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (host === undefined)
    return fault("This is not an address. Write a host and a port, such as node.example.com:10009.");
  if (/\.onion$/i.test(host))
    return fault(
      "Onion addresses cannot be reached from here. Use one on the internet, or connect a wallet over Nostr Wallet Connect.",
    );
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535)
    return fault("Write its port too: lnd's gRPC is at 10009 unless you have changed it.");
  return { value: `${host.toLowerCase()}:${Number(port)}` };
}

/** lnd's `tls.cert`: PEM, or base64 of it or of its DER. @returns base64 of the PEM; empty where there is none */
export function readCertificate(pasted: string): Read {
  if (pasted === "") return { value: "" };
  const bytes = pasted.includes("-----BEGIN") ? Buffer.from(pasted) : decodeBase64(pasted);
  if (bytes === undefined)
    return fault("This is neither PEM nor base64. Paste all that is in the file tls.cert.");
  if (bytes.includes("PRIVATE KEY-----"))
    return fault("This is a private key, not a certificate. Paste tls.cert, and keep tls.key to yourself.");
  try {
    return { value: Buffer.from(new X509Certificate(bytes).toString()).toString("base64") };
  } catch {
    return fault("This is not a certificate. Paste all that is in the file tls.cert.");
  }
}

/** A macaroon of lnd in hex or base64. @returns hex */
export function readMacaroon(pasted: string): Read {
  const text = pasted.replaceAll(/\s+/g, "");
  if (text === "") return fault(`Paste a macaroon that can only sell: ${bakeLine}`);
  const bytes = /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, "hex") : decodeBase64(text);
  if (bytes === undefined)
    return fault("This is neither hex nor base64. Paste the line that lncli bakemacaroon prints.");
  // Version 2 of the format, the only one that lnd writes.
  return bytes[0] === 2 && bytes.length >= MIN_MACAROON
    ? { value: bytes.toString("hex") }
    : fault(
        "This is not a macaroon of lnd, or a part of it is missing. Paste the whole line that lncli bakemacaroon prints.",
      );
}

/** A version, an identifier and a signature of 32 bytes. */
const MIN_MACAROON = 40;

function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replaceAll(/\s+/g, "");
  return /^[\w+/-]+={0,2}$/.test(compact) ? Buffer.from(compact, "base64") : undefined;
}

function fault(words: string): Read {
  return { fault: words };
}
