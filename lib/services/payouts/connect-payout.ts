import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type {
  PayoutInspectionDto,
  PayoutKindDto,
  PayoutLookDto,
  PayoutsDto,
} from "../../query/payout-dto.ts";
import { confirmPassword } from "../accounts/confirm-password.ts";
import { recordAudit } from "../audit.ts";
import type { UserContext } from "../context.ts";
import { lockWorkspace } from "../lock-workspace.ts";
import { getPayouts } from "./get-payouts.ts";
import { inspectAddress } from "./inspect-payout.ts";
import { addLiveRail } from "./live-rails.ts";
import { payoutAddress } from "./payout-address.ts";
import { requireOwner } from "./require-owner.ts";
import { requireStablecoin } from "./require-stablecoin.ts";

export const connectPayoutInput = z.strictObject({
  address: payoutAddress,
  networks: z
    .array(z.string().max(40, "This is not a network."))
    .min(1, "Choose at least one network.")
    .max(50)
    .refine((list) => new Set(list).size === list.length, "A network is there twice."),
  password: z.string().max(4_096, "This is too long.").optional(),
  confirmWarnings: z.boolean().default(false),
});

type ConnectInput = z.infer<typeof connectPayoutInput>;

const perUser: Limit = { name: "payout-connect", count: 20, seconds: 600 };

interface ConnectPayout {
  readonly ctx: UserContext;
  readonly input: ConnectInput;
}

/**
 * Sets where the workspace's LIVE stablecoins go, after looking at the address once more. Quotes that are out stay payable to
 * the address that they name.
 * @throws PaywallError `forbidden` but for an owner, `conflict` without a facilitator, `rail_unavailable` where no network
 * answers, `validation_failed` naming `address`, `networks.0`, `password` or, with what to confirm, `confirmWarnings`
 */
export async function connectPayout({ ctx, input }: ConnectPayout): Promise<PayoutsDto> {
  await requireOwner(ctx);
  await takeAttempt(ctx.db.pool, perUser, ctx.actor.userId);
  checkNetworks(ctx, input.networks);
  const inspection = await inspectAddress(ctx, input.address);
  const kind = checkLooks(inspection, input);
  const { address } = inspection;
  const seen = await ctx.db.prisma.payout.findFirst({ where: key(ctx), select: { address: true } });
  if (seen?.address !== address) await confirmPassword({ ctx, input });
  await ctx.db.prisma.$transaction((tx) => write(tx, ctx, { ...input, address, kind, seen: seen?.address }));
  return getPayouts({ ctx });
}

function key({ workspaceId }: UserContext) {
  return { workspaceId, rail: "stablecoin" };
}

function checkNetworks(ctx: UserContext, wanted: readonly string[]): void {
  const offered = requireStablecoin(ctx);
  const errors = wanted.flatMap((name, index) =>
    offered.some(({ network }) => network === name)
      ? []
      : [{ field: `networks.${index}`, message: "This instance does not offer this network." }],
  );
  if (errors.length > 0) throw new PaywallError("validation_failed", { errors });
}

function checkLooks({ networks }: PayoutInspectionDto, input: ConnectInput): PayoutKindDto {
  const chosen = input.networks.flatMap((name) => networks.find(({ network }) => network === name) ?? []);
  if (chosen.every(({ reachable }) => !reachable)) {
    const detail = "None of these networks answered, so the address could not be looked at. Try again.";
    throw new PaywallError("rail_unavailable", { detail, retryAfter: 5 });
  }
  const wrong = chosen.findIndex(({ chainIdMatches }) => chainIdMatches === false);
  if (wrong >= 0) {
    const message = chosen[wrong]?.problem ?? "";
    throw new PaywallError("validation_failed", { errors: [{ field: `networks.${wrong}`, message }] });
  }
  const warnings = listWarnings(chosen);
  if (warnings.length > 0 && !input.confirmWarnings) {
    throw new PaywallError("validation_failed", {
      detail: "Read the warnings about this address, then confirm them.",
      errors: warnings.map((message) => ({ field: "confirmWarnings", message })),
    });
  }
  return chosen.some((look) => look.kind === "contract") ? "contract" : "account";
}

function listWarnings(looks: readonly PayoutLookDto[]): readonly string[] {
  return looks.flatMap(({ warning }) => warning ?? []);
}

interface NewPayout extends Pick<ConnectInput, "networks" | "confirmWarnings"> {
  readonly address: string;
  readonly kind: PayoutKindDto;
  /** The address whose change was agreed to; absent: none was connected. */
  readonly seen: string | undefined;
}

async function write(tx: Prisma.TransactionClient, ctx: UserContext, payout: NewPayout): Promise<void> {
  const { workspaceId, actor } = ctx;
  const { address, networks, kind, confirmWarnings } = payout;
  await lockWorkspace(tx, ctx);
  const before = await tx.payout.findFirst({ where: key(ctx), select: { address: true, networks: true } });
  // What was agreed to with a password, or without one, was about another address.
  if (before?.address !== payout.seen)
    throw new PaywallError("conflict", {
      detail: "Somebody else changed it just now. Look at it once more.",
    });
  const change = { address, networks, kind, updatedBy: actor.userId, updatedAt: new Date(ctx.now()) };
  await tx.payout.upsert({
    where: { workspaceId_rail: key(ctx) },
    create: { ...key(ctx), ...change, createdBy: actor.userId, createdAt: change.updatedAt },
    update: change,
  });
  const endpoints = await addLiveRail(tx, ctx, "stablecoin");
  await recordAudit(tx, {
    workspaceId,
    actor,
    action: before === null ? "payout.connect" : "payout.change",
    target: "stablecoin",
    detail: {
      address,
      networks,
      kind,
      confirmWarnings,
      endpoints: [...endpoints],
      ...(before === null ? {} : { before }),
    },
  });
}
