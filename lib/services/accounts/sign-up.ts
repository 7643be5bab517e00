import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { hashToken } from "../../auth/hash-token.ts";
import { hashPassword } from "../../auth/password.ts";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { MeDto } from "../../query/dto.ts";
import { recordAudit } from "../audit.ts";
import type { Context, UserActor } from "../context.ts";
import { isUniqueViolation } from "../database-conflict.ts";
import { email, newPassword, personName } from "../fields.ts";
import { getMe } from "./get-me.ts";

export const signUpInput = z.strictObject({ name: personName, email, password: newPassword });

const perAddress: Limit = { name: "sign-up", count: 20, seconds: 3_600 };

interface SignUp {
  readonly ctx: Context;
  readonly input: z.infer<typeof signUpInput>;
  /** Holds an anonymous workspace, which becomes the new user's: nothing in it moves, so its earnings stay where they are. */
  readonly claimToken: string | undefined;
}

/**
 * Creates a user and the workspace to go with it, or takes over the anonymous one.
 * @throws PaywallError `conflict` for an address that has an account, `rate_limited`
 */
export async function signUp({ ctx, input, claimToken }: SignUp): Promise<MeDto> {
  await takeAttempt(ctx.db.pool, perAddress, ctx.clientAddress);
  const passwordHash = await hashPassword(input.password);
  const userId = ctx.newId("usr_");
  try {
    const actor = await ctx.db.prisma.$transaction(async (tx): Promise<UserActor> => {
      await tx.user.create({
        data: { id: userId, email: input.email, name: input.name, passwordHash },
        select: { id: true },
      });
      const claimed = claimToken === undefined ? undefined : await claimWorkspace(tx, claimToken, input.name);
      const workspaceId = claimed ?? (await createWorkspace(tx, ctx.newId("ws_"), input.name));
      const user: UserActor = { kind: "user", userId, workspaceId };
      await tx.membership.create({ data: { workspaceId, userId }, select: { userId: true } });
      const action = claimed === undefined ? "workspace.create" : "workspace.claim";
      await recordAudit(tx, { workspaceId, actor: user, action, target: workspaceId });
      return user;
    });
    return await getMe({ ctx: { ...ctx, actor } });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new PaywallError("conflict", {
      detail: "This email address has an account already: sign in.",
      errors: [{ field: "email", message: "This email address has an account already: sign in." }],
    });
  }
}

/** One statement: of two sign-ups with one cookie only one finds the row anonymous. */
async function claimWorkspace(
  tx: Prisma.TransactionClient,
  token: string,
  name: string,
): Promise<string | undefined> {
  const rows = await tx.workspace.updateManyAndReturn({
    where: { claimTokenHash: hashToken(token), anonymous: true },
    data: { anonymous: false, claimTokenHash: null, name },
    select: { id: true },
  });
  return rows[0]?.id;
}

async function createWorkspace(tx: Prisma.TransactionClient, id: string, name: string): Promise<string> {
  await tx.workspace.create({ data: { id, name }, select: { id: true } });
  return id;
}
