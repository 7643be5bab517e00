import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { EndpointDto } from "../../query/dto.ts";
import { recordAudit } from "../audit.ts";
import type { WorkspaceContext } from "../context.ts";
import { lockWorkspace } from "../lock-workspace.ts";
import { requireConnectedRails } from "../payouts/connected-rails.ts";
import { getEndpoint } from "./get-endpoint.ts";
import { lockEndpoint } from "./lock-endpoint.ts";

export const endpointModeInput = z.strictObject({
  mode: z.enum(["test", "live"], "Write test or live."),
});

interface SetEndpointMode {
  readonly ctx: WorkspaceContext;
  readonly id: string;
  readonly input: z.infer<typeof endpointModeInput>;
}

/**
 * LIVE, or back to TEST; repeating it changes nothing. What was paid and bought stays in the mode that it was paid in, so
 * TEST money opens nothing LIVE.
 * @throws PaywallError `not_found`; `unauthorized` for LIVE in an anonymous workspace; `conflict` without a connected rail,
 * and for an archived endpoint
 */
export async function setEndpointMode({ ctx, id, input: { mode } }: SetEndpointMode): Promise<EndpointDto> {
  await ctx.db.prisma.$transaction(async (tx) => {
    await lockWorkspace(tx, ctx);
    const before = await lockEndpoint(tx, ctx, id);
    if (before.mode === mode) return;
    if (before.status === "archived")
      throw new PaywallError("conflict", { detail: "This endpoint is archived: restore it first." });
    const rails = mode === "live" ? await requireLiveRails(tx, ctx) : ["sandbox"];
    await tx.endpoint.update({ where: { id }, data: { mode, rails: [...rails] }, select: { id: true } });
    const { workspaceId, actor } = ctx;
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: `endpoint.${mode === "live" ? "go-live" : "back-to-test"}`,
      target: id,
      detail: { from: before.mode, to: mode, rails: [...rails] },
    });
  });
  return getEndpoint({ ctx, id });
}

async function requireLiveRails(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
): Promise<readonly string[]> {
  const { anonymous } = await tx.workspace.findUniqueOrThrow({
    where: { id: ctx.workspaceId },
    select: { anonymous: true },
  });
  if (anonymous)
    throw new PaywallError("unauthorized", {
      detail: "Sign up first: LIVE money needs somebody whom it belongs to.",
    });
  return requireConnectedRails(tx, ctx);
}
