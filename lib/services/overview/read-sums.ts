import type { Pool } from "pg";
import type { ModeDto } from "../../query/dto.ts";
import type { Buckets } from "./buckets.ts";

/** What the sums are narrowed to. */
export interface SumScope {
  readonly workspaceId: string;
  readonly mode: ModeDto;
  readonly endpointId: string | null;
}

/** Sums of one bucket and wire; `wire` is empty for challenges, which no wire has answered. */
export interface BucketSum {
  /** Milliseconds. */
  readonly at: number;
  readonly wire: string;
  /** Σ receipts − Σ refunds; a refund counts in the hour that it was made in. */
  readonly revenue: bigint;
  readonly refunded: bigint;
  readonly paidRequests: number;
  readonly challenges: number;
}

export interface EndpointSum {
  readonly id: string;
  readonly title: string;
  readonly slug: string;
  readonly revenue: string;
  readonly paidRequests: number;
}

function values({ workspaceId, mode, endpointId }: SumScope, from: number, to: number): unknown[] {
  return [workspaceId, mode, endpointId, new Date(from), new Date(to)];
}

const scope = "workspace_id = $1 and mode = $2 and ($3::text is null or endpoint_id = $3)";
const bin = (column: string) => `date_bin($6 * interval '1 ms', ${column}, timestamptz 'epoch')`;

/** Both spans, by bucket and wire: rollups are written in the statements that write receipts, so they agree to the unit. */
export async function readBucketSums(
  pool: Pool,
  of: SumScope,
  buckets: Buckets,
): Promise<readonly BucketSum[]> {
  const { rows } = await pool.query<{
    at: Date;
    wire: string;
    revenue: string;
    refunded: string;
    paid: string;
    challenges: string;
  }>({
    name: "overview-buckets",
    text: `select ${bin("hour")} as at, wire, sum(revenue - refunded)::text as revenue, sum(refunded)::text as refunded,
             sum(paid_requests)::text as paid, sum(challenges)::text as challenges
           from rollup_hourly where ${scope} and hour >= $4 and hour < $5 group by 1, 2`,
    values: [...values(of, buckets.previousFrom, buckets.to), buckets.ms],
  });
  return rows.map((row) => ({
    at: row.at.getTime(),
    wire: row.wire,
    revenue: BigInt(row.revenue),
    refunded: BigInt(row.refunded),
    paidRequests: Number(row.paid),
    challenges: Number(row.challenges),
  }));
}

export interface PayerCounts {
  /** By start of the bucket, in milliseconds. */
  readonly byBucket: ReadonlyMap<number, number>;
  readonly current: number;
  readonly previous: number;
}

/** Different payers. One whom the rail does not name (Lightning) counts once for each payment. */
export async function readPayerCounts(pool: Pool, of: SumScope, buckets: Buckets): Promise<PayerCounts> {
  const { rows } = await pool.query<{ at: Date | null; current: boolean | null; payers: string }>({
    name: "overview-payers",
    // One pass over the receipts into a hash of payers; what is sorted for `distinct` is small.
    text: `with paid as (
             select ${bin("settled_at")} as at, payer, count(*) as payments from receipt
             where ${scope} and settled_at >= $4 and settled_at < $5 group by 1, 2
           ), marked as (
             select at, at >= $7 as current, payer, payments from paid
           )
           select at, current,
             (count(distinct payer) + coalesce(sum(payments) filter (where payer is null), 0))::text as payers
           from marked group by grouping sets ((at), (current))`,
    values: [...values(of, buckets.previousFrom, buckets.to), buckets.ms, new Date(buckets.from)],
  });
  const total = (current: boolean) => Number(rows.find((row) => row.current === current)?.payers ?? 0);
  return {
    byBucket: new Map(
      rows.flatMap((row) => (row.at === null ? [] : [[row.at.getTime(), Number(row.payers)]])),
    ),
    current: total(true),
    previous: total(false),
  };
}

/** The endpoints that earned most in the range, at most ten. */
export async function readEndpointSums(
  pool: Pool,
  of: SumScope,
  buckets: Buckets,
): Promise<readonly EndpointSum[]> {
  const { rows } = await pool.query<{
    id: string;
    title: string;
    slug: string;
    revenue: string;
    paid: string;
  }>({
    name: "overview-endpoints",
    text: `select e.id, e.title, e.slug, s.revenue::text, s.paid::text from (
             select endpoint_id, sum(revenue - refunded) as revenue, sum(paid_requests) as paid from rollup_hourly
             where ${scope} and hour >= $4 and hour < $5 group by 1 having sum(paid_requests) > 0 or sum(refunded) > 0
           ) s join endpoint e on e.id = s.endpoint_id and e.workspace_id = $1
           order by s.revenue desc, e.id limit 10`,
    values: values(of, buckets.from, buckets.to),
  });
  return rows.map(({ paid, ...row }) => ({ ...row, paidRequests: Number(paid) }));
}
