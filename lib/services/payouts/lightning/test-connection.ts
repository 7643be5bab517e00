import type { LightningConnection, NodeCheck } from "@x402-paywall/proxy/rails/lightning";
import type { LightningProblemDto } from "../../../query/payout-dto.ts";
import type { Context } from "../../context.ts";
import { addressOf } from "./connection-input.ts";
import { describeFailure } from "./describe-failure.ts";
import { describeWarning } from "./describe-warning.ts";

export type ConnectionTest =
  | {
      readonly ok: true;
      readonly node: Extract<NodeCheck, { readonly ok: true }>;
      /** To be confirmed, in words. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problem: LightningProblemDto };

/** Has the node make an invoice and read it; keeps nothing, and a node that fails is an answer too. */
export async function testConnection(ctx: Context, connection: LightningConnection): Promise<ConnectionTest> {
  const { kind } = connection;
  const node = await ctx.ports.checkLightning(connection);
  if (node.ok) return { ok: true, node, warnings: node.warnings.map((each) => describeWarning(kind, each)) };
  const facts = {
    address: addressOf(connection),
    network: ctx.env.lightningNetwork,
    extra: node.extra ?? [],
    said: node.detail,
  };
  return { ok: false, problem: describeFailure(kind, node.failure, facts) };
}
