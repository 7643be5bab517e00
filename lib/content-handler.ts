/** The gateway inside the app: the engine and Node's forwarder behind `Request` and `Response`. */
import { createFetchHandler, toRequestHead, toResponse } from "@x402-paywall/proxy/fetch";
import { clientAddress } from "./http/client-address.ts";
import { askForPlainBody, toPlainBody } from "./http/plain-body.ts";
import { toContentOrigin } from "./http/planes.ts";
import { logError } from "./log.ts";
import { getDataPlane } from "./paywall.ts";

/** Answers everything below `/p/`; browsers that ask the app's own origin are sent to the content origin. */
export async function answerContent(request: Request): Promise<Response> {
  const { env, paywall, forwarder, docsBase } = await getDataPlane();
  const { pathname, search } = new URL(request.url);
  const elsewhere = toContentOrigin(
    request.headers,
    request.headers.get("host") ?? "",
    pathname + search,
    env,
  );
  if (elsewhere !== undefined) return new Response(null, { status: 307, headers: { location: elsewhere } });
  const handle = createFetchHandler(paywall, {
    forwarder,
    docsBase,
    onError: (error) => logError("The content route failed", error),
  });
  return toPlainBody(await handle(askForPlainBody(request), contextOf(request)));
}

/**
 * The 402 (or another refusal) of a request that carries neither a credential nor a body. `undefined` where the request
 * may go on: the route handler decides again, by itself.
 */
export async function answerWithoutCredential(request: Request): Promise<Response | undefined> {
  const { paywall } = await getDataPlane();
  const head = toRequestHead(request, contextOf(request), () => Promise.resolve(new Uint8Array(0)));
  const decision = await paywall.authorize(head);
  return decision.kind === "refused" ? toResponse(request, decision) : undefined;
}

/** Behind Next there is no socket to ask: the address is what the server in front wrote. */
function contextOf(request: Request): { remoteAddress: string } {
  return { remoteAddress: clientAddress(request.headers) };
}
