import { findHeader, PaywallError } from "@x402-paywall/core";
import type { Grant, HeaderList } from "../decision.ts";
import type { Ticket } from "../embed/index.ts";
import { createUsageReport, type UsageReport } from "../metering/usage-report.ts";
import { problemResponse, toResponse } from "./fetch-handler.ts";
import { guardBody } from "./guarded-body.ts";
import { readBody } from "./read-body.ts";
import { type FetchContext, toRequestHead } from "./request-head.ts";

/** A request of a framework that speaks `Request` and `Response`, and the price that is on it. */
export interface HandlerVisit {
  readonly request: Request;
  readonly ticket: Ticket;
  readonly context?: FetchContext;
  /** The application's own answer; asked for where the request may go on. */
  readonly handle: (usage: UsageReport) => Response | Promise<Response>;
  readonly docsBase: string;
  /** Told of what should not happen; never of a request's contents. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Keeps the runtime alive until what belongs to the answer is written. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** Frames a body of a known length, where the runtime would else forget it. */
  readonly frame?: (body: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>;
}

/**
 * Decides a request, runs its handler where it may go on, charges at the head of the handler's answer, and passes its body
 * on as it comes. Throws only what the handler throws: nobody is charged for that.
 */
export async function serveHandler(visit: HandlerVisit): Promise<Response> {
  const { request, ticket, docsBase } = visit;
  const usage = createUsageReport();
  let grant: Grant | undefined;
  try {
    // A clone: the handler finds its body untouched.
    const read = (maxBytes: number): Promise<Uint8Array> => readBody(request.clone().body, maxBytes);
    const head = toRequestHead(request, visit.context ?? {}, read);
    const decision = await ticket.authorize(head, usage);
    if (decision.kind === "refused") return toResponse(request, decision);
    if (decision.kind === "granted") ({ grant } = decision);
  } catch (error) {
    if (!(error instanceof PaywallError)) visit.onError?.(error);
    return problemResponse(error, docsBase);
  }
  if (grant === undefined) return visit.handle(usage);
  const answer = await run(visit, usage, grant);
  return commit(grant, answer, visit);
}

async function run({ handle }: HandlerVisit, usage: UsageReport, grant: Grant): Promise<Response> {
  try {
    return await handle(usage);
  } catch (error) {
    await grant.finish({ complete: false, bytes: 0 });
    throw error;
  }
}

async function commit(grant: Grant, answer: Response, visit: HandlerVisit): Promise<Response> {
  const { request } = visit;
  try {
    const headers: HeaderList = [...answer.headers];
    const { meter, ...head } = await grant.commit({ status: answer.status, headers });
    const finished = Promise.withResolvers<void>();
    visit.waitUntil?.(finished.promise);
    const finish: Grant["finish"] = async (outcome) => {
      await grant.finish(outcome);
      finished.resolve();
    };
    if (answer.body === null || request.method === "HEAD") {
      await answer.body?.cancel();
      await meter?.end();
      await finish({ complete: true, bytes: 0 });
      return toResponse(request, { head, body: null });
    }
    const body = guardBody({ source: answer.body, meter, signal: request.signal, finish });
    const length = Number(findHeader(head.headers, "content-length") ?? Number.NaN);
    const framed =
      Number.isSafeInteger(length) && visit.frame !== undefined ? visit.frame(body, length) : body;
    return toResponse(request, { head, body: framed });
  } catch (error) {
    await answer.body?.cancel();
    return toResponse(request, await grant.fail(error));
  }
}
