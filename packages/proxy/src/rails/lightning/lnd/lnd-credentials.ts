import { checkServerIdentity, createSecureContext, type PeerCertificate } from "node:tls";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { LightningNodeError } from "../backend.ts";

/** Of one block of PEM. */
const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----/g;

/**
 * TLS to an lnd. Its own certificate (base64 of the PEM) is pinned: whoever shows that very certificate is the node, under
 * whatever name or address it is reached, because most are self-signed for names that nobody uses. What it has signed, and
 * all else that the PEM or, without one, a public CA vouches for, must be for the host.
 * @throws LightningNodeError `certificate` where it is no PEM.
 */
export function createLndCredentials(cert: string, host: string): ChannelCredentials {
  const pem = cert === "" ? undefined : Buffer.from(cert, "base64").toString("latin1");
  const pinned = [...(pem ?? "").matchAll(BLOCK)].map(([, body = ""]) => Buffer.from(body, "base64"));
  if (pem !== undefined && pinned.length === 0)
    throw new LightningNodeError("certificate", "The certificate is not base64 of a PEM file");
  const checkIdentity = (_: string, shown: PeerCertificate) =>
    pinned.some((known) => known.equals(shown.raw)) ? undefined : checkServerIdentity(host, shown);
  // As Go reads a pool of roots: what is in it is trusted whether or not it may sign others.
  const context = createSecureContext(pem === undefined ? {} : { ca: pem, allowPartialTrustChain: true });
  return credentials.createFromSecureContext(context, { checkServerIdentity: checkIdentity });
}
