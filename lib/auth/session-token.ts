import { hkdfSync } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { cookieName } from "../http/cookies.ts";

/** How long a session lasts without signing in again. */
export const SESSION_SECONDS = 30 * 24 * 3600;

/** What a session's token says; the database decides whether it still holds. */
export interface SessionClaims {
  readonly userId: string;
  /** Of the user when the session was opened. */
  readonly sessionVersion: number;
}

const shape = z.object({ sub: z.string(), sessionVersion: z.number().int() });

export function sessionCookieName(appUrl: string): string {
  return cookieName("paywall-session", appUrl);
}

/** The secret of next-auth's tokens, derived so that the instance's own key is used for nothing directly. */
export function sessionSecret(secretKey: Uint8Array): string {
  return Buffer.from(hkdfSync("sha256", secretKey, "", "x402-paywall/session/v1", 32)).toString("base64url");
}

/** A token as next-auth itself issues it at sign-in. */
export function issueSessionToken(claims: SessionClaims, secretKey: Uint8Array): Promise<string> {
  const token = { sub: claims.userId, sessionVersion: claims.sessionVersion };
  return encode({ token, secret: sessionSecret(secretKey), maxAge: SESSION_SECONDS });
}

/** Claims of a token that one of the keys sealed and that has not expired. */
export async function readSessionToken(
  token: string,
  secretKeys: readonly Uint8Array[],
): Promise<SessionClaims | undefined> {
  for (const key of secretKeys) {
    const claims = shape.safeParse(
      await decode({ token, secret: sessionSecret(key) }).catch(() => undefined),
    );
    if (claims.success) return { userId: claims.data.sub, sessionVersion: claims.data.sessionVersion };
  }
  return undefined;
}
