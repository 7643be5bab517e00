import type { RequestHead } from "./decision.ts";
import type { Endpoint, Route } from "./endpoint.ts";
import type { MaybePromise } from "./maybe-async.ts";
import type { UsageReport } from "./metering/usage-report.ts";

/** Where an application's own router or rules have put a request; a gateway finds that out from the target. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly route: Route;
  /** What a price that code computed was made of, beside method, path and query: a payment is bound to it. */
  readonly basis?: string;
  /** The target alone leads here, so a page of ours may name it. */
  readonly listed: boolean;
  /** What the application says that its answer used. */
  readonly usage?: UsageReport;
  /** The body, where a price had to read it. */
  readonly body?: Uint8Array;
}

/** @returns `undefined` where the application has set no price. */
export type Locate = (request: RequestHead) => MaybePromise<Place | undefined>;
