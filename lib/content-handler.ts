/** The gateway inside the app: the engine and Node's forwarder behind `Request` and `Response`. */
import { createFetchHandler, toRequestHead, toResponse, type FetchHandler } from "@x402-paywall/proxy/fetch";
import { toContentOrigin } from "./http/planes.ts";
import { getDataPlane } from "./paywall.ts";

const holder: typeof globalThis & { paywallContentHandler?: Promise<FetchHandler> } = globalThis;

/** Answers everything below `/p/`; browsers that ask the app's own origin are sent to the content origin. */
export async function answerContent(request: Request): Promise<Response> {
  const { env } = await getDataPlane();
  const { pathname, search } = new URL(request.url);
  const elsewhere = toContentOrigin(request.headers, request.headers.get("host") ?? "", pathname + search, env);
  if (elsewhere !== undefined) return new Response(null, { status: 307, headers: { location: elsewhere } });
  return (await getContentHandler())(request);
}

function getContentHandler(): Promise<FetchHandler> {
  return (holder.paywallContentHandler ??= getDataPlane().then(({ paywall, forwarder }) =>
    createFetchHandler(paywall, { forwarder }),
  ));
}

/**
 * The 402 (or another refusal) of a request that carries no credential. `undefined` where the request may go on: the
 * route handler decides again, by itself.
 */
export async function answerWithoutCredential(request: Request): Promise<Response | undefined> {
  const { paywall } = await getDataPlane();
  const decision = await paywall.authorize(toRequestHead(request));
  return decision.kind === "refused" ? toResponse(decision) : undefined;
}
