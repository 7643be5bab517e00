import { z } from "zod";
import { type Limit, takeAttempt } from "../../../auth/rate-limit.ts";
import type { LightningCheckDto } from "../../../query/payout-dto.ts";
import type { UserContext } from "../../context.ts";
import { requireOwner } from "../require-owner.ts";
import { addressOf, connectionInput } from "./connection-input.ts";
import { testConnection } from "./test-connection.ts";

export const checkLightningInput = z.strictObject({ connection: connectionInput });

// Each test connects to an address that was typed.
const perUser: Limit = { name: "lightning-check", count: 30, seconds: 300 };

interface CheckLightning {
  readonly ctx: UserContext;
  readonly input: z.infer<typeof checkLightningInput>;
}

/**
 * Has a node make an invoice and read it; nothing is kept, and what does not work is an answer.
 * @throws PaywallError `forbidden` but for an owner, `validation_failed` naming the field, `rate_limited`
 */
export async function checkLightning({ ctx, input }: CheckLightning): Promise<LightningCheckDto> {
  await requireOwner(ctx);
  await takeAttempt(ctx.db.pool, perUser, ctx.actor.userId);
  const { connection } = input;
  const test = await testConnection(ctx, connection);
  if (!test.ok) return test;
  const { nodeKey, inboundMsat } = test.node;
  return {
    ok: true,
    kind: connection.kind,
    address: addressOf(connection),
    nodeKey,
    inboundMsat: inboundMsat?.toString() ?? null,
    warnings: test.warnings,
  };
}
