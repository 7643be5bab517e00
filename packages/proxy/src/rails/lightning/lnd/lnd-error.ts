import { status } from "@grpc/grpc-js";
import { LightningNodeError, type NodeFailure } from "../backend.ts";

/** What grpc-js throws: a status, and text of lnd or of the connection. */
interface GrpcError {
  readonly code: number;
  readonly details: string;
}

function isGrpcError(error: unknown): error is GrpcError {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "number" &&
    "details" in error &&
    typeof error.details === "string"
  );
}

/** What a failed call says of the node. @param what The call, for the message. */
export function toLndError(error: unknown, what: string): LightningNodeError {
  if (error instanceof LightningNodeError) return error;
  if (!isGrpcError(error)) return new LightningNodeError("malformed", `lnd's answer to ${what} is not one`);
  const { code } = error;
  const details = cleanText(error.details);
  // Not the error itself: it carries whatever headers the other end has sent.
  return new LightningNodeError(findFailure(error), `lnd, ${what}: ${details}`, { cause: { code, details } });
}

/** Whether lnd says that it knows no such invoice. Before 0.19 that had no status of its own. */
export function isNotFound(error: unknown): boolean {
  const cause = error instanceof LightningNodeError ? error.cause : undefined;
  if (!isGrpcError(cause)) return false;
  return NOT_FOUND.test(cause.details) || cause.code === NO_ENTITY;
}

const NO_ENTITY: number = status.NOT_FOUND;
const NOT_FOUND = /unable to locate invoice|no existing invoices/;

/** lnd gives most of its errors the status UNKNOWN, so its words decide. */
function findFailure({ code, details }: GrpcError): NodeFailure {
  const failure = FAILURES.get(code);
  if (failure === "unreachable" && CERTIFICATE.test(details)) return "certificate";
  if (failure === undefined || failure === "unreachable") {
    if (STARTING.test(details)) return "unavailable";
    if (failure === undefined && /permission denied/i.test(details)) return "forbidden";
    if (failure === undefined && UNAUTHORIZED.test(details)) return "unauthorized";
  }
  return failure ?? "refused";
}

const FAILURES: ReadonlyMap<number, NodeFailure> = new Map<number, NodeFailure>([
  [status.DEADLINE_EXCEEDED, "timeout"],
  [status.UNAUTHENTICATED, "unauthorized"],
  [status.PERMISSION_DENIED, "forbidden"],
  [status.UNAVAILABLE, "unreachable"],
  [status.CANCELLED, "unreachable"],
  // A stream that was reset, and what is no message of the protocol.
  [status.INTERNAL, "unreachable"],
  [status.UNIMPLEMENTED, "malformed"],
  [status.RESOURCE_EXHAUSTED, "malformed"],
]);
const CERTIFICATE =
  /certificate|self[- ]signed|altnames|\bCERT_|ERR_TLS|ERR_SSL|\bSSL\b|wrong version number/i;
const STARTING =
  /wallet locked|wallet not created|waiting to start|in the process of starting|not yet ready|still syncing|in recovery/i;
const UNAUTHORIZED = /macaroon|verification failed|root key|caveat|discharge/i;

/** The other end's text, which is not to be trusted: one line, and nothing that may be a credential. */
function cleanText(text: string): string {
  const said = text.replace(/^No connection established\. Last error: (Error: )?| ?Resolution note: *$/g, "");
  const plain = said.replace(/[^\x20-\x7e]+/g, " ").replace(/[0-9a-fA-F]{32,}|[A-Za-z0-9+/_=-]{48,}/g, "…");
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}
