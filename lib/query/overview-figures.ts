import { describePriceJson } from "./describe-price-form.ts";
import type { EndpointDto, OverviewDto, RangeDto } from "./dto.ts";
import { type Delta, conversion, formatConversion, formatCount, formatDelta, formatTotal } from "./format.ts";

export const ranges: readonly RangeDto[] = ["24h", "7d", "30d", "90d"];

export function parseRange(value: unknown): RangeDto {
  return ranges.find((range) => range === value) ?? "7d";
}

/** Wires in a fixed order, so that colours do not jump between spans; names that are not known come last. */
export const wireOrder = ["x402", "l402", "mpp", "access"] as const;
export const wireNames: Readonly<Record<string, string>> = {
  x402: "x402",
  l402: "L402",
  mpp: "MPP",
  access: "Browser",
};

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly title: string;
  /** What the value does not say by itself. */
  readonly note?: string;
  readonly delta: Delta | undefined;
  readonly spark: readonly number[];
}

/** The four numbers, each against the span before. */
export function overviewFigures(overview: OverviewDto): readonly Figure[] {
  const { totals, previous, series } = overview;
  const now = conversion(totals.paidRequests, totals.challenges);
  const before = conversion(previous.paidRequests, previous.challenges);
  return [
    {
      label: "Revenue",
      value: formatTotal(totals.revenue),
      title: `${formatTotal(previous.revenue)} in the span before`,
      ...(totals.refunded === "0" ? {} : { note: `after ${formatTotal(totals.refunded)} of refunds` }),
      delta: formatDelta(Number(totals.revenue), Number(previous.revenue)),
      // More may be given back in an hour than was earned in it; the line ends at the ground.
      spark: series.map((bucket) => Math.max(0, Number(bucket.revenue))),
    },
    {
      label: "Paid requests",
      value: formatCount(totals.paidRequests),
      title: `${formatCount(previous.paidRequests)} in the span before`,
      delta: formatDelta(totals.paidRequests, previous.paidRequests),
      spark: series.map((bucket) => bucket.paidRequests),
    },
    {
      label: "Payers",
      value: formatCount(totals.payers),
      title: `${formatCount(previous.payers)} in the span before`,
      delta: formatDelta(totals.payers, previous.payers),
      spark: series.flatMap((bucket) => bucket.payers ?? []),
    },
    {
      label: "Conversion",
      value: formatConversion(totals.paidRequests, totals.challenges),
      title: `${formatCount(totals.paidRequests)} paid of ${formatCount(totals.challenges)} asked to pay`,
      delta: now === undefined || before === undefined ? undefined : pointDelta(now - before),
      spark: series.flatMap((bucket) =>
        bucket.challenges === undefined ? [] : [conversion(bucket.paidRequests, bucket.challenges) ?? 0],
      ),
    },
  ];
}

function pointDelta(difference: number): Delta {
  const points = Math.round(difference * 1000) / 10;
  if (points === 0) return { text: "±0 pt", direction: "flat" };
  return points > 0
    ? { text: `+${points} pt`, direction: "up" }
    : { text: `−${-points} pt`, direction: "down" };
}

export interface ChartRow {
  readonly at: string;
  readonly label: string;
  /** Dollars by wire, for drawing only. */
  readonly [wire: string]: string | number;
}

/** The wires that occur in the span, in their fixed order. */
export function wiresOf(overview: OverviewDto): readonly string[] {
  const present = new Set(overview.series.flatMap((bucket) => Object.keys(bucket.byWire)));
  const known = wireOrder.filter((wire) => present.has(wire));
  return [...known, ...[...present].filter((wire) => !known.some((entry) => entry === wire)).toSorted()];
}

export function bucketLabel(at: string, range: RangeDto): string {
  const date = new Date(at);
  return range === "24h"
    ? date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

export function chartRows(overview: OverviewDto): readonly ChartRow[] {
  const wires = wiresOf(overview);
  return overview.series.map((bucket) => ({
    at: bucket.at,
    label: bucketLabel(bucket.at, overview.range),
    ...Object.fromEntries(wires.map((wire) => [wire, Number(bucket.byWire[wire] ?? "0") / 1e6])),
  }));
}

/** How the endpoints are, in sentences: first what needs somebody. */
export function healthSentences(
  endpoints: readonly EndpointDto[],
): readonly { readonly id: string; readonly text: string; readonly good: boolean }[] {
  return endpoints
    .filter((endpoint) => endpoint.status !== "archived")
    .map((endpoint) => {
      const price = describePriceJson(endpoint.price);
      const rules = endpoint.routes.length;
      const from = rules > 0 ? `${price}, ${rules} ${rules === 1 ? "rule" : "rules"}` : price;
      return endpoint.status === "active"
        ? {
            id: endpoint.id,
            good: true,
            text: `${endpoint.title} is active, ${from}; ${paidSoFar(endpoint.paidRequests)}.`,
          }
        : {
            id: endpoint.id,
            good: false,
            text: `${endpoint.title} is paused: payers get 503 and nobody is charged.`,
          };
    })
    .toSorted((a, b) => Number(a.good) - Number(b.good));
}

function paidSoFar(count: number): string {
  if (count === 0) return "nobody has paid yet";
  return `${formatCount(count)} paid ${count === 1 ? "request" : "requests"} so far`;
}
