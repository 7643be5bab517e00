import { z } from "zod";
import type { OverviewDto, OverviewTotalsDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { assertOwnEndpoint } from "../endpoints/assert-own-endpoint.ts";
import { id } from "../fields.ts";
import { planBuckets } from "./buckets.ts";
import { type BucketSum, readBucketSums, readEndpointSums, readPayerCounts } from "./read-sums.ts";

export const overviewInput = z.strictObject({
  range: z.enum(["24h", "7d", "30d", "90d"]).default("7d"),
  mode: z.enum(["test", "live"]).default("test"),
  endpoint: id.optional(),
});

interface GetOverview {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof overviewInput>;
}

/** The workspace's numbers over a range and the one before it; revenue is Σ receipts − Σ refunds. @throws PaywallError `not_found` */
export async function getOverview({ ctx, input }: GetOverview): Promise<OverviewDto> {
  const { range, mode, endpoint } = input;
  await assertOwnEndpoint(ctx, endpoint);
  const buckets = planBuckets(range, ctx.now());
  const scope = { workspaceId: ctx.workspaceId, mode, endpointId: endpoint ?? null };
  const [sums, payers, endpoints] = await Promise.all([
    readBucketSums(ctx.db.pool, scope, buckets),
    readPayerCounts(ctx.db.pool, scope, buckets),
    readEndpointSums(ctx.db.pool, scope, buckets),
  ]);
  const byStart = Map.groupBy(sums, (sum) => sum.at);
  const series = buckets.starts.map((start) => {
    const inside = byStart.get(start) ?? [];
    return {
      at: new Date(start).toISOString(),
      ...addUp(inside, payers.byBucket.get(start) ?? 0),
      byWire: byWire(inside),
    };
  });
  return {
    range,
    mode,
    totals: addUp(
      sums.filter((sum) => sum.at >= buckets.from),
      payers.current,
    ),
    previous: addUp(
      sums.filter((sum) => sum.at < buckets.from),
      payers.previous,
    ),
    series,
    endpoints,
  };
}

function addUp(sums: readonly BucketSum[], payers: number): OverviewTotalsDto {
  return {
    revenue: sums.reduce((total, sum) => total + sum.revenue, 0n).toString(),
    refunded: sums.reduce((total, sum) => total + sum.refunded, 0n).toString(),
    paidRequests: sums.reduce((total, sum) => total + sum.paidRequests, 0),
    payers,
    challenges: sums.reduce((total, sum) => total + sum.challenges, 0),
  };
}

function byWire(sums: readonly BucketSum[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sums.filter((sum) => sum.wire !== "").map((sum) => [sum.wire, sum.revenue.toString()]),
  );
}
