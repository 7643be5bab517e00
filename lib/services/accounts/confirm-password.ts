import { PaywallError } from "@x402-paywall/core";
import { verifyPassword } from "../../auth/password.ts";
import { clearAttempts, type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { UserContext } from "../context.ts";

const perUser: Limit = { name: "confirm-password", count: 10, seconds: 600 };
const maxBytes = 4_096;

interface ConfirmPassword {
  readonly ctx: UserContext;
  readonly input: { readonly password?: string | undefined };
}

/**
 * Step-up: an open session alone may not do what would redirect money.
 * @throws PaywallError `validation_failed` naming `password`; `rate_limited`
 */
export async function confirmPassword({ ctx, input: { password } }: ConfirmPassword): Promise<void> {
  if (password === undefined || password === "")
    throw refusal("Type your password: an open session alone cannot change where money goes.");
  const { actor, db } = ctx;
  await takeAttempt(db.pool, perUser, actor.userId);
  const user = await db.prisma.user.findUnique({
    where: { id: actor.userId },
    select: { passwordHash: true },
  });
  const known = Buffer.byteLength(password) <= maxBytes;
  if (!known || !(await verifyPassword(user?.passwordHash, password)))
    throw refusal("This is not your password.");
  await clearAttempts(db.pool, perUser, actor.userId);
}

function refusal(message: string): PaywallError {
  return new PaywallError("validation_failed", { errors: [{ field: "password", message }] });
}
