import type { TooltipContentProps } from "recharts";
import { formatTotal } from "@/lib/query/format.ts";

/** Exact sums of one bar: dollars were divided for drawing, so they go back to whole millionths. */
export function ChartTooltip({ active, payload, label }: Partial<TooltipContentProps<number, string>>) {
  if (!active || !payload || payload.length === 0) return null;
  const amounts = payload.map((entry) => BigInt(Math.round(Number(entry.value ?? 0) * 1e6)));
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  return (
    <div className="min-w-44 rounded-md border border-rule bg-surface p-3 text-sm shadow-slip">
      <p className="mb-1 font-medium">{label}</p>
      {payload.map((entry, index) => (
        <p key={String(entry.dataKey)} className="flex justify-between gap-6 text-soft">
          <span>{entry.name}</span>
          <span className="tabular">{formatTotal(amounts[index] ?? 0n)}</span>
        </p>
      ))}
      <p className="mt-1 flex justify-between gap-6 border-t border-rule pt-1 font-medium">
        <span>Total</span>
        <span className="tabular">{formatTotal(total)}</span>
      </p>
    </div>
  );
}
