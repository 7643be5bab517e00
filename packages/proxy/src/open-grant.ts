import type { Grant, HeaderList, ResponseHead } from "./decision.ts";
import { type GrantRequest, toGrantError, upstreamSide } from "./grant.ts";
import { paidHeaders } from "./response.ts";

export interface OpenGrantOptions {
  readonly kind: "free" | "access";
  /** Said on a good answer: what was bought with it. */
  readonly headers?: HeaderList;
  /** Nothing of the upstream went out. */
  readonly onUnserved?: () => void;
  /** A whole answer of the upstream went out. */
  readonly onServed?: () => void;
}

/** A request that charges nobody now: a free route, or an entitlement that was paid for before. Writes nothing. */
export function createOpenGrant(request: GrantRequest, options: OpenGrantOptions): Grant {
  const wire = options.kind === "access" ? "access" : null;
  let status = 0;
  const commitNow = (head: ResponseHead): ResponseHead => {
    const headers = request.filterResponse(head);
    const charged = request.decide(head.status) === "charge";
    status = head.status;
    return {
      status: head.status,
      headers: paidHeaders(headers, charged ? (options.headers ?? []) : [["Cache-Control", "no-store"]]),
    };
  };
  return {
    ...upstreamSide(request),
    commitNow,
    commit: async (head) => commitNow(head),
    async finish({ complete, bytes }) {
      if (status === 0 || status >= 400 || (!complete && bytes === 0)) options.onUnserved?.();
      if (status === 0) return;
      if (complete && status < 400) options.onServed?.();
      request.record({ kind: options.kind, status, wire, receiptId: null, bytes });
    },
    async fail(error) {
      options.onUnserved?.();
      const { head, body } = await request.respond(toGrantError(error, request));
      request.record({ kind: "failed", status: head.status, wire, receiptId: null, bytes: body.length });
      return { head, body };
    },
  };
}
