import type { NextAuthOptions } from "next-auth";
import { cookieName } from "../http/cookies.ts";
import { clientAddress } from "../http/client-address.ts";
import type { Runtime } from "../services/context.ts";
import { checkLogin } from "./check-login.ts";
import { findSession } from "./find-session.ts";
import { SESSION_SECONDS, sessionCookieName, sessionSecret } from "./session-token.ts";

/**
 * next-auth over our own accounts. The token carries the user's id and session version, and nothing about the person.
 * @param onRefused is told why a login was not even tried (a limit, the database), which next-auth would hide
 */
export function authOptions(runtime: Runtime, onRefused: (error: unknown) => void): NextAuthOptions {
  const { env, db, logError } = runtime;
  const secure = env.appUrl.startsWith("https:");
  const cookie = (name: string) => ({
    name,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure },
  });
  return {
    secret: sessionSecret(env.secretKeys[0]),
    useSecureCookies: secure,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/login", error: "/login" },
    cookies: {
      sessionToken: cookie(sessionCookieName(env.appUrl)),
      csrfToken: cookie(cookieName("paywall-csrf", env.appUrl)),
      callbackUrl: cookie(cookieName("paywall-callback", env.appUrl)),
    },
    providers: [
      {
        id: "credentials",
        name: "Email and password",
        type: "credentials",
        credentials: { email: {}, password: {} },
        authorize: async (credentials, request) => {
          const { email, password } = credentials ?? {};
          if (typeof email !== "string" || typeof password !== "string") return null;
          const headers = new Headers(
            Object.entries(request.headers ?? {}).map(([name, value]) => [name, String(value)]),
          );
          const claims = await checkLogin(runtime, {
            email,
            password,
            clientAddress: clientAddress(headers),
          }).catch(onRefused);
          return claims === undefined ? null : { id: claims.userId, sessionVersion: claims.sessionVersion };
        },
      },
    ],
    callbacks: {
      // Only our own pages, whatever `Host` or `callbackUrl` say.
      redirect: ({ url }) =>
        URL.canParse(url, env.appUrl) && new URL(url, env.appUrl).origin === env.appUrl
          ? new URL(url, env.appUrl).href
          : env.appUrl,
      jwt: async ({ token, user }) => {
        if (user !== undefined && "sessionVersion" in user)
          return { sub: user.id, sessionVersion: user.sessionVersion };
        const { sub, sessionVersion } = token;
        if (sub === undefined || typeof sessionVersion !== "number")
          throw new Error("The session's token is not ours");
        const session = await findSession(db.prisma, { userId: sub, sessionVersion });
        if (session === undefined) throw new Error("The session has ended");
        return { sub, sessionVersion };
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    logger: {
      error: (code, metadata) => {
        // An ended session is no fault; anything else may quote what was sent, and the log redacts it.
        if (code !== "JWT_SESSION_ERROR")
          logError(`next-auth: ${code}`, metadata instanceof Error ? metadata : JSON.stringify(metadata));
      },
      warn: () => {},
      debug: () => {},
    },
  };
}
