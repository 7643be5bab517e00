import { findHeader, PaywallError } from "@x402-paywall/core";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Decision, Grant } from "../../decision.ts";
import type { Ticket } from "../../embed/index.ts";
import { createUsageReport, type UsageReport } from "../../metering/usage-report.ts";
import { problemAnswer } from "../problem-answer.ts";
import { readHead } from "../read-head.ts";
import { type ConnectionState, sendAnswer } from "../response-sink.ts";
import { guardResponse } from "./guarded-response.ts";
import { readRestorable } from "./restorable-body.ts";

/** A request that a framework brought, and the price that is on it. */
export interface AskedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ticket: Ticket;
  /** Raw target, where the framework rewrote `request.url`. */
  readonly target: string;
  /** Of the payer, as far as the framework trusts its proxies. */
  readonly remoteAddress?: string | undefined;
  readonly docsBase: string;
  /** Told of what should not happen; never of a request's contents. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Decides a request before its handler runs.
 * @returns What the handler may report with, where it is to run; `undefined` where the request was answered here.
 */
export async function admitRequest(asked: AskedRequest): Promise<UsageReport | undefined> {
  const { request, response, ticket, docsBase } = asked;
  const connection: ConnectionState = {
    hasBody:
      request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined,
    awaitsContinue: () => false,
    isClosing: () => false,
  };
  const usage = createUsageReport();
  try {
    const { head } = readHead(request, (maxBytes) => readRestorable(request, maxBytes), asked.target);
    const { remoteAddress = head.remoteAddress } = asked;
    const decision = await ticket.authorize({ ...head, remoteAddress }, usage);
    if (decision.kind === "passthrough") return usage;
    if (decision.kind === "granted") return await admit(decision, asked, usage);
    sendAnswer(request, response, decision, connection);
  } catch (error) {
    if (!(error instanceof PaywallError)) asked.onError?.(error);
    if (response.headersSent) response.destroy();
    else sendAnswer(request, response, problemAnswer(error, docsBase, true), connection);
  }
  return undefined;
}

async function admit(
  { grant }: Extract<Decision, { readonly kind: "granted" }>,
  { request, response }: AskedRequest,
  usage: UsageReport,
): Promise<UsageReport | undefined> {
  if (response.destroyed) {
    // The payer left while we were deciding.
    await grant.finish({ complete: false, bytes: 0 });
    return undefined;
  }
  askForPlainBytes(request, grant);
  guardResponse(request, response, grant);
  return usage;
}

/** A compressor behind us would hide what is to be counted. */
function askForPlainBytes(request: IncomingMessage, grant: Grant): void {
  if (findHeader(grant.upstreamHeaders, "accept-encoding") === "identity")
    request.headers["accept-encoding"] = "identity";
}
