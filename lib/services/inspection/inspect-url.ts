import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { InspectionDto } from "../../query/dto.ts";
import type { Context } from "../context.ts";
import { findFreeSlug } from "../endpoints/find-free-slug.ts";
import type { Look, LookOptions } from "../ports.ts";
import { classify } from "./classify.ts";
import { describeLook, findSize } from "./describe-look.ts";
import { findSample } from "./find-sample.ts";
import { suggestPrice } from "./suggest-price.ts";
import { suggestTitle } from "./suggest-title.ts";

export const inspectInput = z.strictObject({
  url: z.string("Write the URL.").max(2_048, "Use at most 2048 characters."),
});

const perAddress: Limit = { name: "inspect", count: 60, seconds: 60 };
const maxBytes = 64 * 1024;
const headTimeoutMs = 2_000;
const getTimeoutMs = 3_000;

/**
 * Looks at a URL the way the gateway would, and suggests what to do with it. Five seconds at most; no redirect is
 * followed; changes nothing.
 * @throws PaywallError `upstream_url_rejected` (also for an address that the policy denies), `upstream_is_self`, `rate_limited`
 */
export async function inspectUrl({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: z.infer<typeof inspectInput>;
}): Promise<InspectionDto> {
  await takeAttempt(ctx.db.pool, perAddress, ctx.clientAddress);
  const { origin, basePath } = ctx.ports.parseUpstreamUrl(input.url);
  const suggestedSlug = await findFreeSlug(ctx.db.prisma, origin + basePath);
  const [head, get] = await lookTwice(ctx, input.url);
  if (get instanceof PaywallError) return describeAbsence(input.url, suggestedSlug, get);
  const found = classify(basePath, get);
  return {
    url: input.url,
    reachable: true,
    status: get.status === 206 ? 200 : get.status,
    kind: found.kind,
    contentType: found.contentType,
    bytes: found.kind === "stream" ? null : findSize(head, get),
    operations: found.operations,
    suggestedTitle: found.title ?? suggestTitle(origin + basePath),
    suggestedSlug,
    suggestedPrice: suggestPrice(found.kind, basePath),
    notes: describeLook(get, found),
    sample: found.kind === "stream" ? null : findSample(get),
  };
}

/** HEAD tells an endless stream and a size without its bytes; many servers know only GET, whose answer decides. */
async function lookTwice(
  ctx: Context,
  url: string,
): Promise<[head: Look | undefined, get: Look | PaywallError]> {
  const answer = await tryLook(ctx, url, { method: "HEAD", maxBytes: 0, timeoutMs: headTimeoutMs });
  const head = answer instanceof PaywallError ? undefined : answer;
  if (
    head !== undefined &&
    head.status === 200 &&
    head.headers.some(
      ([name, value]) => name.toLowerCase() === "content-type" && value.startsWith("text/event-stream"),
    )
  ) {
    return [head, head];
  }
  const headers = [["range", `bytes=0-${maxBytes - 1}`]] as const;
  return [head, await tryLook(ctx, url, { method: "GET", headers, maxBytes, timeoutMs: getTimeoutMs })];
}

async function tryLook(ctx: Context, url: string, options: LookOptions): Promise<Look | PaywallError> {
  try {
    return await ctx.ports.look(url, options);
  } catch (error) {
    if (!(error instanceof PaywallError)) throw error;
    if (error.code === "upstream_address_denied") {
      const message = "The host's address is not one of the public Internet.";
      throw new PaywallError("upstream_url_rejected", {
        detail: message,
        errors: [{ field: "url", message }],
      });
    }
    if (error.status < 500) throw error;
    return error;
  }
}

function describeAbsence(url: string, suggestedSlug: string, error: PaywallError): InspectionDto {
  const notes: Readonly<Record<string, string>> = {
    upstream_timeout: "It did not answer within three seconds.",
    upstream_invalid: "It answered with something that is not HTTP.",
  };
  return {
    url,
    reachable: false,
    status: null,
    kind: "json",
    contentType: null,
    bytes: null,
    operations: null,
    suggestedTitle: suggestTitle(url),
    suggestedSlug,
    suggestedPrice: suggestPrice("json", ""),
    notes: [notes[error.code] ?? "It could not be reached: check the host name, or start the server."],
    sample: null,
  };
}
