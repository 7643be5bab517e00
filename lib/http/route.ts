import { PaywallError } from "@x402-paywall/core";
import { getActor } from "../auth/get-actor.ts";
import type { Context, Runtime } from "../services/context.ts";
import { recordMiss } from "../services/record-miss.ts";
import { getRuntime } from "../services/runtime.ts";
import { checkOrigin } from "./check-origin.ts";
import { clientAddress } from "./client-address.ts";
import { problemResponse } from "./respond.ts";
import { toPaywallError } from "./to-paywall-error.ts";

type Params = Readonly<Record<string, string | string[] | undefined>>;

export interface RouteInput<P extends Params> {
  readonly request: Request;
  readonly params: P;
  readonly ctx: Context;
}

type RouteFunction<P extends Params> = (
  request: Request,
  segment: { readonly params: Promise<P> },
) => Promise<Response>;

/**
 * A route of the dashboard's API: who asks is known, writes come from our own pages, every error becomes a problem
 * document, nothing is cached.
 */
export function route<P extends Params = Params>(
  answer: (input: RouteInput<P>) => Promise<Response>,
): RouteFunction<P> {
  return async (request, segment) => {
    const runtime = await getRuntime();
    const response = await answerSafely(runtime, request, async () => {
      const actor = await getActor(runtime, request.headers);
      // A key is sent on purpose; only what a browser attaches by itself can be forged.
      if (actor.kind !== "key") checkOrigin(request, runtime.env.appUrl);
      const ctx = { ...runtime, actor, clientAddress: clientAddress(request.headers) };
      return answerNotingMisses({ request, params: checkParams(await segment.params), ctx }, answer);
    });
    if (!response.headers.has("cache-control")) response.headers.set("Cache-Control", "no-store");
    return response;
  };
}

/** An id that is not there for this workspace may be one that somebody tries. */
async function answerNotingMisses<P extends Params>(
  input: RouteInput<P>,
  answer: (input: RouteInput<P>) => Promise<Response>,
): Promise<Response> {
  try {
    return await answer(input);
  } catch (error) {
    // Next gives a route without parameters `undefined`, whatever its types say.
    const { id }: { readonly id?: unknown } = input.params ?? {};
    const target = id ?? new URL(input.request.url).searchParams.get("endpoint");
    const missed = error instanceof PaywallError && error.code === "not_found";
    if (missed && typeof target === "string" && idPattern.test(target))
      await recordMiss({ ctx: input.ctx, target });
    throw error;
  }
}

export interface OpenRouteInput<P extends Params> {
  readonly request: Request;
  readonly params: P;
  readonly runtime: Runtime;
  readonly clientAddress: string;
}

const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type",
  "Access-Control-Expose-Headers": "Retry-After",
  "Access-Control-Max-Age": "86400",
};

/** A route that any page and any program may call, for what needs no account: cookies and keys are not even read. */
export function openRoute<P extends Params = Params>(
  answer: (input: OpenRouteInput<P>) => Promise<Response>,
): RouteFunction<P> {
  return async (request, segment) => {
    const runtime = await getRuntime();
    const response = await answerSafely(runtime, request, async () =>
      answer({
        request,
        params: checkParams(await segment.params),
        runtime,
        clientAddress: clientAddress(request.headers),
      }),
    );
    for (const [name, value] of Object.entries(corsHeaders)) response.headers.set(name, value);
    if (!response.headers.has("cache-control")) response.headers.set("Cache-Control", "no-store");
    return response;
  };
}

/** The answer to a preflight of an {@link openRoute}. */
export function preflight(): Response {
  return new Response(null, { status: 204, headers: corsHeaders });
}

async function answerSafely(
  runtime: Runtime,
  request: Request,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    return problemResponse(toPaywallError(runtime, request, error), runtime.env.appUrl);
  }
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** What no id of ours can look like is not there; it never reaches a query. */
function checkParams<P extends Params>(params: P): P {
  // Next gives a route without parameters `undefined`, whatever its types say.
  for (const value of Object.values<unknown>(params ?? {})) {
    if (typeof value === "string" && !idPattern.test(value)) throw new PaywallError("not_found");
  }
  return params;
}
