import { z } from "zod";
import { hashToken } from "../../auth/hash-token.ts";
import type { ApiKeyCreatedDto } from "../../query/dto.ts";
import { recordAudit } from "../audit.ts";
import type { Scope, UserContext } from "../context.ts";
import { lineOfText } from "../fields.ts";
import { apiKeyColumns, toApiKeyDto } from "./to-api-key-dto.ts";

const everything: Scope[] = ["read", "write"];

export const createApiKeyInput = z.strictObject({
  name: lineOfText(80),
  scopes: z
    .array(z.enum(["read", "write"]))
    .min(1)
    .max(2)
    .default(everything),
});

interface CreateApiKey {
  readonly ctx: UserContext;
  readonly input: z.infer<typeof createApiKeyInput>;
}

/** Makes a key. Its text is in this answer and nowhere else: the database holds a hash. */
export async function createApiKey({ ctx, input }: CreateApiKey): Promise<ApiKeyCreatedDto> {
  const { actor, workspaceId } = ctx;
  const key = `pk_${ctx.newToken()}`;
  const row = await ctx.db.prisma.$transaction(async (tx) => {
    const created = await tx.apiKey.create({
      data: {
        id: ctx.newId("key_"),
        workspaceId,
        userId: actor.userId,
        name: input.name,
        prefix: key.slice(0, 11),
        hash: hashToken(key),
        scopes: [...new Set(input.scopes)],
        createdAt: new Date(ctx.now()),
      },
      select: apiKeyColumns,
    });
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: "api-key.create",
      target: created.id,
      detail: { name: input.name },
    });
    return created;
  });
  return { ...toApiKeyDto(row), key };
}
