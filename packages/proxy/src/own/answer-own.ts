import type { EngineContext } from "../engine-context.ts";
import type { ReadAccess } from "../access-tokens.ts";
import type { Decision } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import { assertServing } from "../match.ts";
import type { MaybePromise } from "../maybe-async.ts";
import type { OwnResource } from "../target.ts";
import type { Visit } from "../visit.ts";
import { answerInfo } from "./info.ts";
import { choosePage, rawVisit } from "./pay.ts";
import { answerStatus } from "./status.ts";
import { answerTopUp } from "./top-up.ts";
import { answerUnlock } from "./unlock.ts";
import { answerWalletScript } from "./wallet-script.ts";

export interface OwnTools {
  /** Runs another request through the engine. */
  readonly serve: (visit: Visit) => MaybePromise<Decision>;
  readonly readAccess: ReadAccess;
}

/** Our own resources below a slug: never forwarded. */
export async function answerOwn(
  visit: Visit,
  endpoint: Endpoint,
  own: OwnResource,
  context: EngineContext,
  tools: OwnTools,
): Promise<Decision> {
  const { request } = visit;
  const { settle, options } = context;
  switch (own) {
    case "status":
      return answerStatus(visit, endpoint, { ...settle, rails: options.rails });
    case "info":
      return answerInfo(visit, endpoint, context, tools.readAccess);
    case "pay":
      return tools.serve(choosePage(visit, endpoint, context.site));
    case "raw":
      return tools.serve(rawVisit(visit, endpoint, context.site));
    case "wallet.js":
      return answerWalletScript(visit, options);
    case "topup":
      assertServing(endpoint, true);
      return answerTopUp(visit, endpoint, context);
    case "unlock": {
      visit.hasCredential = true;
      assertServing(endpoint, true);
      const { response, settled } = await answerUnlock(request, endpoint, {
        ...options,
        settle,
        site: context.site,
      });
      if (settled === null) return response;
      const { status } = response.head;
      const { id: receiptId, wire } = settled.receipt;
      context.record(visit, { kind: "paid", status, wire, receiptId, bytes: 0 });
      return response;
    }
  }
}
