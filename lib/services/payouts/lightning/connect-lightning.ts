import { PaywallError } from "@x402-paywall/core";
import type { LightningConnection, NodeCheck } from "@x402-paywall/proxy/rails/lightning";
import { z } from "zod";
import type { Prisma } from "../../../../generated/prisma/client.ts";
import { type Limit, takeAttempt } from "../../../auth/rate-limit.ts";
import { sealConnection } from "../../../lightning/sealed-connection.ts";
import type { PayoutsDto } from "../../../query/payout-dto.ts";
import { createSecretBox } from "../../../store/secret-box.ts";
import { confirmPassword } from "../../accounts/confirm-password.ts";
import { recordAudit } from "../../audit.ts";
import type { UserContext } from "../../context.ts";
import { lockWorkspace } from "../../lock-workspace.ts";
import { getPayouts } from "../get-payouts.ts";
import { addLiveRail } from "../live-rails.ts";
import { requireOwner } from "../require-owner.ts";
import { addressOf, connectionInput } from "./connection-input.ts";
import { testConnection } from "./test-connection.ts";

export const connectLightningInput = z.strictObject({
  connection: connectionInput,
  password: z.string().max(4_096, "This is too long.").optional(),
  confirmWarnings: z.boolean().default(false),
});

type ConnectInput = z.infer<typeof connectLightningInput>;
type GoodNode = Extract<NodeCheck, { readonly ok: true }>;

const perUser: Limit = { name: "lightning-connect", count: 20, seconds: 600 };

interface ConnectLightning {
  readonly ctx: UserContext;
  readonly input: ConnectInput;
}

/**
 * Has the workspace's LIVE invoices made by a node, after it made and read one; LIVE endpoints offer it at once. The node
 * before stays readable for a day, so that its invoices are honoured.
 * @throws PaywallError `forbidden` but for an owner, `conflict` where another one was connected meanwhile, `validation_failed`
 * naming `connection.…`, `password` or, with what to confirm, `confirmWarnings`
 */
export async function connectLightning({ ctx, input }: ConnectLightning): Promise<PayoutsDto> {
  await requireOwner(ctx);
  await takeAttempt(ctx.db.pool, perUser, ctx.actor.userId);
  await confirmPassword({ ctx, input });
  const seen = await findInUse(ctx.db.prisma, ctx);
  const node = await requireGoodNode(ctx, input);
  await ctx.db.prisma.$transaction((tx) => write(tx, ctx, { input, node, seen: seen?.id }));
  return getPayouts({ ctx });
}

async function requireGoodNode(ctx: UserContext, input: ConnectInput): Promise<GoodNode> {
  const test = await testConnection(ctx, input.connection);
  if (!test.ok) {
    const { field, title, advice, command } = test.problem;
    const message = [title, advice, command].filter((part) => part !== null).join(" ");
    throw new PaywallError("validation_failed", { errors: [{ field, message }] });
  }
  if (test.warnings.length > 0 && !input.confirmWarnings) {
    throw new PaywallError("validation_failed", {
      detail: "Read the warnings about this node, then confirm them.",
      errors: test.warnings.map((message) => ({ field: "confirmWarnings", message })),
    });
  }
  return test.node;
}

function findInUse(tx: Prisma.TransactionClient, { workspaceId }: UserContext) {
  return tx.lightningNode.findFirst({
    where: { workspaceId, retiredAt: null },
    select: { id: true, kind: true, address: true, nodeKey: true },
  });
}

interface NewNode {
  readonly input: ConnectInput;
  readonly node: GoodNode;
  /** The one in use that is replaced; absent: there was none. */
  readonly seen: string | undefined;
}

async function write(tx: Prisma.TransactionClient, ctx: UserContext, { input, node, seen }: NewNode) {
  const { workspaceId, actor } = ctx;
  await lockWorkspace(tx, ctx);
  const before = await findInUse(tx, ctx);
  if (before?.id !== seen)
    throw new PaywallError("conflict", {
      detail: "Somebody else changed it just now. Look at it once more.",
    });
  const now = new Date(ctx.now());
  if (before !== null)
    await tx.lightningNode.update({
      where: { id: before.id },
      data: { retiredAt: now },
      select: { id: true },
    });
  const shown = {
    kind: input.connection.kind,
    address: addressOf(input.connection),
    nodeKey: node.nodeKey,
    network: node.network,
  };
  const id = ctx.newId("ln_");
  const sealed = seal(ctx, id, input.connection);
  await tx.lightningNode.create({
    data: { id, workspaceId, ...shown, ...sealed, seenAt: now, createdAt: now, createdBy: actor.userId },
    select: { id: true },
  });
  const endpoints = await addLiveRail(tx, ctx, "lightning");
  await recordAudit(tx, {
    workspaceId,
    actor,
    action: before === null ? "payout.connect" : "payout.change",
    target: "lightning",
    detail: {
      node: id,
      ...shown,
      confirmWarnings: input.confirmWarnings,
      endpoints: [...endpoints],
      ...(before === null ? {} : { before }),
    },
  });
}

function seal({ env, workspaceId }: UserContext, id: string, connection: LightningConnection) {
  const { bytes, keyId } = sealConnection(createSecretBox(env.secretKeys), workspaceId, id, connection);
  return { connection: new Uint8Array(bytes), connectionKeyId: keyId };
}
