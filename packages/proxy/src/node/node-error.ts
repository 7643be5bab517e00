import { toUpstreamError } from "../egress/upstream-error.ts";
import { NotSentError } from "../http-send.ts";
import { LightningNodeError } from "../rails/lightning/backend.ts";

const CERTIFICATE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** What a connection to a node failed with, in the words of the port. @param authority `host:port` */
export function toNodeError(error: unknown, authority: string): LightningNodeError {
  if (error instanceof LightningNodeError) return error;
  const cause = error instanceof NotSentError ? error.cause : error;
  if (isTimeout(cause)) return new LightningNodeError("timeout", `${authority} did not answer in time`);
  if (CERTIFICATE.test(codeOf(cause)))
    return new LightningNodeError("certificate", `The certificate of ${authority} is not good`, { cause });
  switch (toUpstreamError(cause).code) {
    case "upstream_address_denied":
      return new LightningNodeError(
        "unreachable",
        `${authority} is not a public address; private ones are reached only where EGRESS_ALLOW names them`,
        { cause },
      );
    case "upstream_timeout":
      return new LightningNodeError("timeout", `${authority} did not answer in time`, { cause });
    case "upstream_invalid":
      return new LightningNodeError("malformed", `${authority} does not speak HTTP`, { cause });
    default:
      return new LightningNodeError("unreachable", `${authority} cannot be reached`, { cause });
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
