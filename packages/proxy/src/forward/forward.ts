import type { Dispatcher } from "undici";
import type { Grant } from "../decision.ts";
import { UpstreamExchange } from "./upstream-exchange.ts";
import type { Exchange, ForwardRequest, ResponseSink } from "./exchange.ts";

export interface ForwardOptions {
  /** The pool of an upstream's origin, behind the address policy. */
  readonly dispatcher: (origin: string) => Dispatcher;
  /** Called once, when the grant was finished or failed and everything about the request is over. */
  readonly onSettled?: () => void;
}

/**
 * Sends a granted request to its upstream and the answer to the sink. The raw target goes out byte for byte; the
 * upstream waits with its body until the grant has committed; errors before the head become the grant's answer, later
 * ones break the connection. Never follows a redirect, never repeats a request.
 */
export function forward(
  grant: Grant,
  request: ForwardRequest,
  sink: ResponseSink,
  options: ForwardOptions,
): Exchange {
  const exchange = new UpstreamExchange(grant, sink, options.onSettled);
  const { upstreamBody } = grant;
  const sent = upstreamBody === undefined ? request : { ...request, body: upstreamBody };
  exchange.start(sent, options.dispatcher);
  return exchange;
}
