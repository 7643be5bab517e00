import { PayingError } from "./paying-error.ts";

/** A request that can be sent more than once. */
export interface FrozenRequest {
  readonly url: string;
  readonly hasAuthorization: boolean;
  /** What `fetch` takes, with one more header where there is a credential. */
  init(credential?: readonly [name: string, value: string]): RequestInit;
}

/**
 * Reads the body once, so that each attempt sends the same bytes (a form would draw another boundary).
 * @throws PayingError `body_not_repeatable` for streams.
 */
export async function freezeRequest(
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<FrozenRequest> {
  const request = input instanceof Request ? input : undefined;
  const source = init.body ?? request?.clone().body ?? undefined;
  if (isStream(init.body)) {
    throw new PayingError(
      "body_not_repeatable",
      "A stream cannot be sent again after the payment; pass bytes or text",
    );
  }
  const frozen = source === undefined || source === null ? undefined : new Response(source);
  const body = frozen && (await frozen.arrayBuffer());
  const headers = new Headers(init.headers ?? request?.headers);
  const type = frozen?.headers.get("content-type");
  if (type && !headers.has("content-type")) headers.set("content-type", type);
  const inherited: RequestInit = request
    ? {
        method: request.method,
        signal: request.signal,
        redirect: request.redirect,
        credentials: request.credentials,
      }
    : {};
  return {
    url: input instanceof Request ? input.url : input.toString(),
    hasAuthorization: headers.has("authorization"),
    init: (credential) => {
      const all = new Headers(headers);
      if (credential) all.set(credential[0], credential[1]);
      return { ...inherited, ...init, headers: all, ...(body === undefined ? {} : { body }) };
    },
  };
}

function isStream(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  return body instanceof ReadableStream || Symbol.asyncIterator in body;
}
