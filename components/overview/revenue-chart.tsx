"use client";
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import type { OverviewDto } from "@/lib/query/dto.ts";
import { chartRows, wireNames, wiresOf } from "@/lib/query/overview-figures.ts";

const colours = ["var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)"] as const;
const tick = { fill: "var(--ink-faint)", fontSize: 13 } as const;

/** Dollars on the axis: short where they are large, whole where they are small. */
function axisDollars(value: number): string {
  return value >= 1000
    ? `$${(value / 1000).toLocaleString("en-US")}k`
    : `$${value.toLocaleString("en-US", { maximumFractionDigits: 6 })}`;
}

/** Stacked by wire. The table beside it says the same without colours. */
export function RevenueChart({ overview }: { readonly overview: OverviewDto }) {
  const wires = wiresOf(overview);
  return (
    <div className="min-h-72 w-full text-sm">
      <ResponsiveContainer width="100%" height={288}>
        <BarChart
          data={[...chartRows(overview)]}
          margin={{ top: 8, right: 4, bottom: 4, left: 4 }}
          accessibilityLayer
          stackOffset="sign"
          title="Revenue over time, stacked by protocol"
        >
          <CartesianGrid vertical={false} stroke="var(--rule)" />
          <XAxis
            dataKey="label"
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: "var(--rule-strong)" }}
            minTickGap={28}
          />
          <YAxis tick={tick} tickLine={false} axisLine={false} width={56} tickFormatter={axisDollars} />
          <Tooltip cursor={{ fill: "var(--sunken)" }} content={<ChartTooltip />} />
          <Legend
            itemSorter={null}
            iconType="square"
            iconSize={10}
            formatter={(name) => <span className="text-soft">{name}</span>}
          />
          {wires.map((wire, index) => (
            <Bar
              key={wire}
              dataKey={wire}
              name={wireNames[wire] ?? wire}
              stackId="revenue"
              fill={colours[index % colours.length] ?? colours[0]}
              stroke="var(--surface)"
              strokeWidth={1}
              maxBarSize={36}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
