import { parseEmail } from "./email.ts";
import type { Runtime } from "../services/context.ts";
import { verifyPassword } from "./password.ts";
import { clearAttempts, type Limit, takeAttempt } from "./rate-limit.ts";
import type { SessionClaims } from "./session-token.ts";

const perAccountAndAddress: Limit = { name: "login", count: 10, seconds: 600 };
const perAddress: Limit = { name: "login-address", count: 100, seconds: 600 };
// Wide, so that a stranger cannot lock an account out with a handful of guesses; it bounds guessing from many addresses.
const perAccount: Limit = { name: "login-account", count: 1_000, seconds: 3_600 };

const maxPasswordBytes = 4_096;

export interface LoginInput {
  readonly email: string;
  readonly password: string;
  readonly clientAddress: string;
}

/**
 * The session to open, or `undefined` for a wrong password and for an unknown account alike, after the same work.
 * @throws PaywallError `rate_limited`
 */
export async function checkLogin(runtime: Runtime, input: LoginInput): Promise<SessionClaims | undefined> {
  const { pool, prisma } = runtime.db;
  const account = parseEmail(input.email) ?? input.email.slice(0, 320);
  const pair = `${account} ${input.clientAddress}`;
  await takeAttempt(pool, perAddress, input.clientAddress);
  await takeAttempt(pool, perAccountAndAddress, pair);
  await takeAttempt(pool, perAccount, account);
  if (Buffer.byteLength(input.password) > maxPasswordBytes) return undefined;
  const user = await findUser(prisma, account);
  if (!(await verifyPassword(user?.passwordHash, input.password)) || user === null) return undefined;
  await clearAttempts(pool, perAccountAndAddress, pair);
  return { userId: user.id, sessionVersion: user.sessionVersion };
}

function findUser(prisma: Runtime["db"]["prisma"], email: string) {
  // Text in Postgres holds no NUL: such an address belongs to nobody.
  if (email.includes("\0") || !email.isWellFormed()) return null;
  return prisma.user.findUnique({
    where: { email },
    select: { id: true, passwordHash: true, sessionVersion: true },
  });
}
