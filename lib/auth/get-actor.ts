import { PaywallError } from "@x402-paywall/core";
import { readCookies } from "../http/cookies.ts";
import type { Actor, Runtime } from "../services/context.ts";
import { readClaimToken } from "./claim-cookie.ts";
import { findApiKey } from "./find-api-key.ts";
import { findSession } from "./find-session.ts";
import { hashToken } from "./hash-token.ts";
import { readSessionToken, sessionCookieName } from "./session-token.ts";

/**
 * Who sent the request: an API key before a session before the holder of an anonymous workspace.
 * @throws PaywallError `unauthorized` for a credential in `Authorization` that is not a key of ours, and where two
 *   session cookies arrive (somebody tossed one in)
 */
export async function getActor(runtime: Runtime, headers: Headers): Promise<Actor> {
  const authorization = headers.get("authorization");
  if (authorization !== null) return getKeyActor(runtime, authorization);
  const { env, db } = runtime;
  const [token, ...others] = readCookies(headers, sessionCookieName(env.appUrl));
  if (others.length > 0)
    throw new PaywallError("unauthorized", { detail: "Two sessions arrived at once: clear your cookies." });
  const claims = token === undefined ? undefined : await readSessionToken(token, env.secretKeys);
  const user = claims && (await findSession(db.prisma, claims));
  if (user !== undefined) return user;
  const workspaceId = await findClaimedWorkspace(runtime, readClaimToken(headers, env.appUrl));
  return { kind: "visitor", workspaceId, sessionEnded: token !== undefined && token !== "" };
}

async function getKeyActor(runtime: Runtime, authorization: string): Promise<Actor> {
  const key = /^Bearer +(pk_\S+)$/i.exec(authorization)?.[1] ?? "";
  const actor = await findApiKey(runtime.db.prisma, key, runtime.now());
  if (actor === undefined)
    throw new PaywallError("unauthorized", { detail: "This API key is not known, or was revoked." });
  return actor;
}

async function findClaimedWorkspace({ db }: Runtime, token: string | undefined): Promise<string | null> {
  if (token === undefined) return null;
  const where = { claimTokenHash: hashToken(token), anonymous: true };
  return (await db.prisma.workspace.findFirst({ where, select: { id: true } }))?.id ?? null;
}
