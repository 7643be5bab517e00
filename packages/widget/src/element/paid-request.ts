import { freezeRequest } from "@x402-paywall/core/client";
import type { FrozenRequest } from "@x402-paywall/core/client";

/** One request that may have to be paid for, as it can be sent again. */
export interface PaidRequest {
  readonly frozen: FrozenRequest;
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly hasBody: boolean;
}

/** @throws PayingError `body_not_repeatable` for a body that is a stream */
export async function toPaidRequest(input: RequestInfo | URL, init: RequestInit = {}): Promise<PaidRequest> {
  const frozen = await freezeRequest(input, init);
  const { method, body } = frozen.init();
  return {
    frozen,
    method: (method ?? "GET").toUpperCase(),
    url: new URL(frozen.url, location.href).href,
    hasBody: body !== undefined && body !== null,
  };
}
