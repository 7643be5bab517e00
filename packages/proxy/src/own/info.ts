import type { JsonObject } from "@x402-paywall/core";
import {
  accessCookiePrefix,
  entitlementIdOf,
  formatUsage,
  formatUsd,
  PaywallError,
  readCredential,
} from "@x402-paywall/core";
import type { ReadAccess } from "../access-tokens.ts";
import { askStore } from "../ask-store.ts";
import { authenticatePayment } from "../authenticate.ts";
import type { Decision } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import { type EngineContext, topUpUrlOf } from "../engine-context.ts";
import { answer, type Refused } from "../response.ts";
import type { EntitlementRecord } from "../store.ts";
import { inspectPayment } from "../verify-payment.ts";
import type { Visit } from "../visit.ts";

/** `GET /p/<slug>/.info`: what an access token, its cookie or a paid credential is still worth; `?hold=`: what one request drew. */
export async function answerInfo(
  visit: Visit,
  endpoint: Endpoint,
  context: EngineContext,
  readAccess: ReadAccess,
): Promise<Decision> {
  const { request, target } = visit;
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const hold = new URLSearchParams(target?.query ?? "").get("hold");
  if (hold !== null) return answerHold(visit, endpoint, hold, context);
  const id = await findId(visit, endpoint, context, readAccess);
  const { store } = context.settle;
  const record = id === undefined ? undefined : await askStore(() => store.findEntitlement(id));
  if (record === undefined || record.endpointId !== endpoint.id) {
    throw new PaywallError("bad_request", {
      detail: "Present an access token of this endpoint (Authorization: Bearer pw_…) or what you paid with.",
    });
  }
  return answerJson(visit, entitlementInfo(record, endpoint, context));
}

/** Decimal dollars, ISO 8601. */
export function entitlementInfo(
  record: EntitlementRecord,
  { slug }: Endpoint,
  context: EngineContext,
): JsonObject {
  const { deposited, spent, held } = record;
  const counted = record.kind === "balance";
  return {
    entitlement: record.id,
    kind: record.kind,
    scope: record.scope,
    mode: record.mode,
    ...(record.usesLeft === null ? {} : { usesLeft: record.usesLeft }),
    ...(counted
      ? { balance: formatUsd(deposited - spent - held), held: formatUsd(held), spent: formatUsd(spent) }
      : {}),
    expiresAt: new Date(record.expiresAt * 1000).toISOString(),
    revoked: record.revoked,
    topUpUrl: topUpUrlOf(context, slug, record.id),
  };
}

export function answerJson({ request }: Visit, json: JsonObject): Refused {
  const headers = [
    ["Cache-Control", "private, no-store"],
    ["Content-Type", "application/json"],
  ] as const;
  return answer(request, 200, headers, JSON.stringify(json));
}

/** The id is a secret of 128 bits that only its payer was told. */
async function answerHold(
  visit: Visit,
  endpoint: Endpoint,
  id: string,
  { settle }: EngineContext,
): Promise<Decision> {
  const record = await askStore(() => settle.store.findHold(id));
  if (record === undefined || record.endpointId !== endpoint.id) throw new PaywallError("not_found");
  const { state, captured, usage, settledAt } = record;
  return answerJson(visit, {
    hold: id,
    state,
    charged: formatUsd(captured),
    ...(usage === null ? {} : { usage: formatUsage(usage) }),
    ...(settledAt === null ? {} : { settledAt: new Date(settledAt * 1000).toISOString() }),
  });
}

async function findId(
  visit: Visit,
  endpoint: Endpoint,
  context: EngineContext,
  readAccess: ReadAccess,
): Promise<string | undefined> {
  const { options, settle } = context;
  const now = Math.floor(visit.startedAt / 1000);
  const credential = readCredential(visit.request.headers, accessCookiePrefix);
  if (credential === undefined || visit.target === undefined) return undefined;
  if (credential.wire === "access") {
    return [credential.token, ...(credential.alternatives ?? [])]
      .map((token) => readAccess(token, now))
      .find((entitlement) => entitlement?.endpointId === endpoint.id)?.id;
  }
  const claim = await authenticatePayment(credential, {
    ...options,
    now,
    slug: endpoint.slug,
    method: visit.request.method,
    target: visit.target,
    currentQuote: unpriced,
    currentRequirements: unpriced,
  });
  const payment = await inspectPayment(claim, { ...options, endpoint, now });
  return entitlementIdOf(payment.verification.paymentKey, settle.crypto);
}

/** Nothing is priced here, and such a payment says nothing of its own. */
function unpriced(): never {
  throw new PaywallError("invalid_challenge", { detail: "A payment of x402 v1 names no quote." });
}
