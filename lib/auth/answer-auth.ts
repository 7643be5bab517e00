import { PaywallError } from "@x402-paywall/core";
import NextAuth from "next-auth";
import { NextRequest } from "next/server";
import { checkOrigin } from "../http/check-origin.ts";
import { DEFAULT_BODY_BYTES, readBody } from "../http/read-body.ts";
import { problemResponse } from "../http/respond.ts";
import { toPaywallError } from "../http/to-paywall-error.ts";
import { getRuntime } from "../services/runtime.ts";
import { authOptions } from "./options.ts";

interface Segment {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

/**
 * next-auth behind our own rules: writes come from our pages, bodies are small, and a limit is a 429 where next-auth
 * would make a 401 of any error. Its client wants a `url` in every answer, problems included.
 */
export async function answerAuth(request: NextRequest, segment: Segment): Promise<Response> {
  const runtime = await getRuntime();
  const { appUrl } = runtime.env;
  try {
    checkOrigin(request, appUrl);
    const refusals: unknown[] = [];
    const options = authOptions(runtime, (error) => refusals.push(error));
    const answer: unknown = await NextAuth(await withSmallBody(request), segment, options);
    if (refusals.length > 0) throw refusals[0];
    if (!(answer instanceof Response)) throw new PaywallError("internal");
    return answer;
  } catch (error) {
    const { code, options } = toPaywallError(runtime, request, error);
    const url = `${appUrl}/login?error=${code}`;
    return problemResponse(
      new PaywallError(code, { ...options, extensions: { ...options.extensions, url } }),
      appUrl,
    );
  }
}

async function withSmallBody(request: NextRequest): Promise<NextRequest> {
  if (request.method !== "POST") return request;
  const body = Buffer.from(await readBody(request, DEFAULT_BODY_BYTES));
  return new NextRequest(request.url, { method: "POST", headers: request.headers, body });
}
