import { PaywallError } from "@x402-paywall/core";
import type { EndpointDto, EndpointStatusDto } from "../../query/dto.ts";
import { recordAudit } from "../audit.ts";
import type { WorkspaceContext } from "../context.ts";
import { lockWorkspace } from "../lock-workspace.ts";
import { requireConnectedRails } from "../payouts/connected-rails.ts";
import { getEndpoint } from "./get-endpoint.ts";
import { lockEndpoint } from "./lock-endpoint.ts";

type StatusVerb = "pause" | "resume" | "archive" | "restore";

interface Transition {
  readonly from: readonly EndpointStatusDto[];
  readonly to: EndpointStatusDto;
}

// What was archived comes back paused: it sells again only when its creator says so.
const transitions: Readonly<Record<StatusVerb, Transition>> = {
  pause: { from: ["active"], to: "paused" },
  resume: { from: ["paused"], to: "active" },
  archive: { from: ["active", "paused"], to: "archived" },
  restore: { from: ["archived"], to: "paused" },
};

interface SetEndpointStatus {
  readonly ctx: WorkspaceContext;
  readonly id: string;
  readonly verb: StatusVerb;
  /** Typed by whoever archives; must be the endpoint's. */
  readonly slug?: string | undefined;
}

/**
 * Pauses, resumes, archives or restores; repeating it changes nothing.
 * @throws PaywallError `not_found`; `conflict` from a status that has no such way, and for LIVE without a connected rail; `validation_failed` for another slug
 */
export async function setEndpointStatus({ ctx, id, verb, slug }: SetEndpointStatus): Promise<EndpointDto> {
  const { from, to } = transitions[verb];
  await ctx.db.prisma.$transaction(async (tx) => {
    if (verb === "resume") await lockWorkspace(tx, ctx);
    const before = await lockEndpoint(tx, ctx, id);
    if (verb === "archive" && slug !== before.slug) {
      throw new PaywallError("validation_failed", {
        errors: [{ field: "slug", message: `Type ${before.slug} to archive it.` }],
      });
    }
    if (before.status === to) return;
    if (!from.some((status) => status === before.status)) {
      throw new PaywallError("conflict", {
        detail: `This endpoint is ${before.status}, so you cannot ${verb} it.`,
      });
    }
    // Its rails may have changed meanwhile: a link that nobody can pay would only look LIVE.
    const rails =
      verb === "resume" && before.mode === "live" ? await requireConnectedRails(tx, ctx) : undefined;
    const archivedAt = to === "archived" ? new Date(ctx.now()) : null;
    await tx.endpoint.update({
      where: { id },
      data: { status: to, archivedAt, ...(rails === undefined ? {} : { rails: [...rails] }) },
      select: { id: true },
    });
    const { workspaceId, actor } = ctx;
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: `endpoint.${verb}`,
      target: id,
      detail: { from: before.status, to },
    });
  });
  return getEndpoint({ ctx, id });
}
